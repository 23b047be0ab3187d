import { quote, wrongFamily } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "listener-of-other-family",
    category: "broken",
    summary: "a listener on an address that its inet4 or inet6 excludes",
    messages: { family: "{address} is not an {family} address: nothing listens here" },
  },
  visit: {
    listen(listener, { report }) {
      const option = wrongFamily(listener);
      if (!option || !listener.interface) return;
      const { span, value } = listener.interface;
      const family = option.keyword.word;
      report({
        span: option.span,
        message: "family",
        data: { address: quote(value), family: quote(family) },
        related: [{ span, message: "the address" }],
        help: `remove ${family}`,
      });
    },
  },
});
