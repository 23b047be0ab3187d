import { optionOf } from "@smtpdlint/model";
import { isError } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "relay-auth-without-label",
    category: "suspicious",
    summary: "a relay with a table of passwords, and no label that says which one",
    messages: { unused: "'auth' has no use: no relay of this action names a label, so that smtpd does not log in" },
  },
  visit: {
    action(action, { policy, report }) {
      const auth = optionOf(action, "auth");
      const hosts = policy.relayHosts(action);
      if (!auth || hosts.length === 0 || hosts.some(({ url }) => isError(url) || url.label)) return;
      report({
        span: auth.keyword.span,
        message: "unused",
        help: "write host smtp+tls://LABEL@HOST, LABEL being a key of the table",
      });
    },
  },
});
