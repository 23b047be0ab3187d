import { undefinedNameRule } from "../shared/undefined-name.ts";

export const rule = undefinedNameRule({
  id: "undefined-table",
  kind: "table",
  noun: "table",
  definition: "table NAME { VALUE } or table NAME file:/PATH",
});
