import { isRelay, optionOf, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "short-host-name",
    category: "suspicious",
    summary: "a relay that greets other servers with a name without a domain",
    messages: { short: "this machine calls itself {name}: many servers refuse a name without a dot" },
  },
  visit: {
    action(action, context) {
      const name = context.machine?.hostName;
      // To a relay of one's own a short name is good enough.
      if (action.broken || !isRelay(action) || optionOf(action, "helo", "helo-src", "host")) return;
      if (name === undefined || name.includes(".") || !action.method) return;
      context.report({
        span: action.method.span,
        message: "short",
        data: { name: quote(name) },
        help: "write the full name into mailname, /etc/mail/mailname or Debian's /etc/mailname, or add helo NAME",
      });
    },
  },
});
