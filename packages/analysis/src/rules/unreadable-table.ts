import { sourceOf } from "../model/tables.ts";
import { defineRule } from "../rule.ts";
import { quote } from "../text/format.ts";
import { helpForFailure, readFailures } from "../text/read-failure.ts";

/** The backends that open their file while smtpd reads the configuration (table_static.c, table_db.c). */
const openers = ["static", "file", "db"];

export const rule = defineRule({
  meta: {
    id: "unreadable-table",
    category: "refused",
    summary: "a table whose file smtpd cannot read on this machine",
    messages: { unreadable: "smtpd cannot read the table's file {path} on this machine: {reason}" },
  },
  visit: {
    table(table, { model, report }) {
      const { backend, path } = sourceOf(table) ?? {};
      if (!model.machine || !table.source || !backend || !path || !openers.includes(backend)) return;
      const status = model.machine.fileStatus(path);
      if (!("failure" in status)) return;
      report({
        span: table.source.span,
        message: "unreadable",
        data: { path: quote(path), reason: readFailures[status.failure] },
        help: helpForFailure(status.failure) ?? (backend === "db" ? "makemap makes it from a text file" : undefined),
      });
    },
  },
});
