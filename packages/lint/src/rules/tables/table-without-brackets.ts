import { isUsable, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";
import { bareTablesOf } from "../shared/bare-table.ts";

export const rule = defineRule({
  meta: {
    id: "table-without-brackets",
    category: "suspicious",
    summary: "the name of a table without `<` and `>`, which smtpd reads as a value",
    fixable: true,
    messages: { bare: "{name} is a table, but {instead}" },
  },
  model(model, { report }) {
    for (const { use, text, name, instead, mending } of bareTablesOf(model).all) {
      // Where smtpd refuses a list, or nobody could log in or match, that is a finding of its own.
      const isSaid = use.statement.kind === "listen" || /^(from|filter) src$/.test(use.place);
      if (isSaid || !isUsable("list", false, use)) continue;
      report({ ...mending, span: text.span, message: "bare", data: { name: quote(name), instead } });
    }
  },
});
