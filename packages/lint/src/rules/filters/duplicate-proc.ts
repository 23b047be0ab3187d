import { duplicateNameRule } from "../shared/duplicate-name.ts";

/** A proc-exec filter of the same name replaces the process without a word (parse.y, filter). */
export const rule = duplicateNameRule({
  id: "duplicate-proc",
  kind: "proc",
  noun: "process",
  refuses: ({ statement }) => statement.kind === "proc",
});
