import { quote } from "@smtpdlint/model";
import { parseCredentials } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";
import { relayCredentials } from "../shared/credentials.ts";

export const rule = defineRule({
  meta: {
    id: "hashed-relay-password",
    category: "broken",
    summary: "a hash where a relay needs the password itself",
    messages: { hash: "this is a hash, which smtpd sends as it is: the relay of {label} refuses the login" },
  },
  visit: {
    action(action, context) {
      for (const entry of relayCredentials(action, context)) {
        const { key, value } = entry;
        const credentials = parseCredentials(value);
        if (typeof credentials === "string" || !isWholeHash.test(credentials.password)) continue;
        const help = "write USER:PASSWORD with the password that the relay knows; only listeners have hashes";
        context.report({ span: entry.span, message: "hash", data: { label: quote(key) }, help });
      }
    },
  },
});

/** `$2b$10$…`, `$6$salt$…` and the like, as long as crypt(3) makes them: a password may begin with a dollar sign. */
const isWholeHash = /^\$(?:1|5|6|y|2[abxy]?)\$\S*\$[./A-Za-z0-9]{22,}$/;
