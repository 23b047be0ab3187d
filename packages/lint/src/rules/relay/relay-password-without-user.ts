import { quote } from "@smtpdlint/model";
import { isError, parseCredentials } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";
import { credentialsOf } from "../shared/credentials.ts";

export const rule = defineRule({
  meta: {
    id: "relay-password-without-user",
    category: "suspicious",
    summary: "a relay that logs in under the name of its label",
    messages: { label: "there is no colon: smtpd logs in as {label}, with all of this as the password" },
  },
  visit: {
    action(action, { model, policy, report }) {
      const labels = new Set(policy.relayHosts(action).map(({ url }) => (isError(url) ? "" : url.label.toLowerCase())));
      for (const { key, value, span } of credentialsOf(action, model)) {
        // A label that is an address can be meant as the name.
        if (!labels.has(key.toLowerCase()) || key.includes("@")) continue;
        const credentials = parseCredentials(value);
        if (typeof credentials === "string" || credentials.user !== undefined) continue;
        report({ span, message: "label", data: { label: quote(key) }, help: "write LABEL USER:PASSWORD" });
      }
    },
  },
});
