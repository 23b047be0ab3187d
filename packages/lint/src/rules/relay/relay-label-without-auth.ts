import { quote } from "@smtpdlint/model";
import { isError } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";
import { relayHostsOf } from "../shared/relay-hosts.ts";

export const rule = defineRule({
  meta: {
    id: "relay-label-without-auth",
    category: "broken",
    summary: "a relay with a label, and no table of passwords",
    messages: { none: "there is no 'auth' in which to look {label} up: all mail for this relay stays in the queue" },
  },
  visit: {
    action(action, context) {
      if (action.options.some(({ keyword }) => keyword.word === "auth")) return;
      for (const { span, url } of relayHostsOf(action, context)) {
        if (isError(url) || !url.label) continue;
        context.report({
          span,
          message: "none",
          data: { label: quote(url.label) },
          help: "add auth <TABLE>, with lines LABEL USER:PASSWORD",
        });
      }
    },
  },
});
