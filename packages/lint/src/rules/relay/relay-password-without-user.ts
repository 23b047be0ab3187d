import { quote } from "@smtpdlint/model";
import { parseCredentials } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";
import { relayCredentials } from "../shared/credentials.ts";

export const rule = defineRule({
  meta: {
    id: "relay-password-without-user",
    category: "suspicious",
    summary: "a relay that logs in under the name of its label",
    messages: { label: "there is no colon: smtpd logs in as {label}, with all of this as the password" },
  },
  visit: {
    action(action, context) {
      for (const entry of relayCredentials(action, context)) {
        const { key, value } = entry;
        // A label that is an address can be meant as the name.
        if (key.includes("@")) continue;
        const credentials = parseCredentials(value);
        if (typeof credentials === "string" || credentials.user !== undefined) continue;
        context.report({
          span: entry.span,
          message: "label",
          data: { label: quote(key) },
          help: "write LABEL USER:PASSWORD",
        });
      }
    },
  },
});
