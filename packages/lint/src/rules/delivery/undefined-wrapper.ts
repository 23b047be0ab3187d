import { undefinedNameRule } from "../shared/undefined-name.ts";

export const rule = undefinedNameRule({
  id: "undefined-wrapper",
  kind: "wrapper",
  noun: "mda wrapper",
  definition: "mda wrapper NAME COMMAND",
});
