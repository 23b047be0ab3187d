import { helpForFailure, quote, readFailures, sourceOf } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

/** The backends that open their file while smtpd reads the configuration (table_static.c, table_db.c). */
const openers = ["static", "file", "db"];

export const rule = defineRule({
  meta: {
    id: "unreadable-table",
    category: "refused",
    summary: "a table whose file smtpd cannot read on this machine",
    messages: {
      unreadable: "smtpd cannot read the table's file {path} on this machine: {reason}",
      noDatabase: "the table's file {path} is not a Berkeley DB hash",
    },
  },
  visit: {
    table(table, context) {
      const { machine } = context;
      const { backend, path } = sourceOf(table) ?? {};
      if (!machine || !table.source || !backend || !path || !openers.includes(backend)) return;
      const { span } = table.source;
      const status = machine.fileStatus(path);
      const data = { path: quote(path) };
      const makemap = backend === "db" ? "makemap makes it from a text file" : undefined;
      if ("failure" in status) {
        const reason = readFailures[status.failure];
        context.report({
          span,
          message: "unreadable",
          data: { ...data, reason },
          help: helpForFailure(status.failure) ?? makemap,
        });
      } else if (backend === "db" && machine.isHashDatabase(path) === false) {
        context.report({ span, message: "noDatabase", data, help: makemap });
      }
    },
  },
});
