import { unusedNameRule } from "../shared/unused-name.ts";

export const rule = unusedNameRule({
  id: "unused-proc",
  kind: "proc",
  noun: "process",
  use: "filter … proc NAME",
  // A proc-exec filter is its own process: see unused-filter.
  applies: ({ statement }) => statement.kind === "proc",
});
