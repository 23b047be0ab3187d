import { wantsMapping } from "@smtpdlint/model";
import { undefinedNameRule } from "../shared/undefined-name.ts";

export const rule = undefinedNameRule({
  id: "undefined-table",
  kind: "table",
  noun: "table",
  definition: (reference, { target }) =>
    `table NAME { ${wantsMapping(reference, target) ? "KEY = VALUE" : "VALUE"} } or table NAME file:/PATH`,
});
