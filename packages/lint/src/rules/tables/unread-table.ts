import { quote, readFailures, splitSource } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";
import { sourcedTable } from "../shared/sourced-table.ts";

export const rule = defineRule({
  meta: {
    id: "unread-table",
    category: "suspicious",
    summary: "a table whose file is missing in the copy of the mail host's files",
    messages: { unread: "the table's file {path} was not read: {reason}" },
  },
  visit: {
    table(table, context) {
      const failure = sourcedTable(table, context)?.failure;
      if (!failure || failure === "not-looked-for" || !table.source) return;
      // On the machine itself what is missing is refused, see unreadable-table.
      if (context.machine && failure !== "too-large") return;
      const { path = "" } = splitSource(table.source.value);
      context.report({
        span: table.source.span,
        message: "unread",
        data: { path: quote(path), reason: readFailures[failure] },
        help: "what depends on its entries is not checked",
      });
    },
  },
});
