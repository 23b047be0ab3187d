import { wrongFamily } from "@smtpdlint/model";
import { undefinedNameRule } from "../shared/undefined-name.ts";

/** Of a relay, smtpd looks only when it starts: see `undefined-relay-ca`. */
export const rule = undefinedNameRule({
  id: "undefined-ca",
  kind: "ca",
  noun: "ca",
  definition: "ca NAME cert FILE",
  applies: ({ statement }) => statement?.kind === "listen" && !wrongFamily(statement),
});
