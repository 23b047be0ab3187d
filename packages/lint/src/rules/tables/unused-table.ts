import { unusedNameRule } from "../shared/unused-name.ts";

export const rule = unusedNameRule({
  id: "unused-table",
  kind: "table",
  noun: "table",
  use: "<NAME>",
});
