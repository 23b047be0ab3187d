import { authOption, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "auth-table-not-mapping",
    category: "broken",
    summary: "a list of users without their passwords, at a listener",
    messages: { list: "{option} needs users with their passwords, but this is a list: nobody can log in" },
  },
  visit: {
    listen(listener, { model, report }) {
      const option = authOption(listener);
      const table = option?.value;
      if (!option || !table || listener.broken || !("kind" in table)) return;
      if (table.kind !== "table-reference" && table.kind !== "inline-table" && table.kind !== "single-value") return;
      const { kind, declaration } = model.tables.of(table);
      if (kind !== "list") return;
      report({
        span: table.span,
        message: "list",
        data: { option: quote(option.keyword.word) },
        related: declaration ? [{ span: declaration.span, message: "the table" }] : [],
        help: "write NAME = HASH for each user; smtpctl encrypt makes the hash",
      });
    },
  },
});
