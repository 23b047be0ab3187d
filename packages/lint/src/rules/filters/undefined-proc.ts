import { undefinedNameRule } from "../shared/undefined-name.ts";

export const rule = undefinedNameRule({
  id: "undefined-proc",
  kind: "proc",
  noun: "process",
  definition: "proc NAME COMMAND",
});
