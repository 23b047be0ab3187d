import { bareTablesOf } from "../shared/bare-table.ts";
import { unusedNameRule } from "../shared/unused-name.ts";

export const rule = unusedNameRule({
  id: "unused-table",
  kind: "table",
  noun: "table",
  use: "<NAME>",
  meant: (model) => [...bareTablesOf(model).all].map(({ name }) => name),
});
