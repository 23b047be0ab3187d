import { wrongFamily } from "@smtpdlint/model";
import { undefinedNameRule } from "../shared/undefined-name.ts";

/** Of a relay, smtpd looks only when it starts: see `undefined-relay-pki`. */
export const rule = undefinedNameRule({
  id: "undefined-pki",
  kind: "pki",
  noun: "pki",
  definition: "pki NAME cert FILE and pki NAME key FILE",
  applies: ({ statement }) => statement?.kind === "listen" && !wrongFamily(statement),
});
