import { quote, sourceOf } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "outdated-database",
    category: "suspicious",
    summary: "a database of a table that is older than the file it was made from",
    messages: { older: "{path} is older than {source}: smtpd does not know what was changed there" },
  },
  visit: {
    table(table, { machine, report }) {
      const { backend, path = "" } = sourceOf(table) ?? {};
      const source = /^(.+)\.db$/.exec(path)?.[1];
      if (!machine || backend !== "db" || source === undefined || !table.source) return;
      const [database, file] = [machine.fileStatus(path), machine.fileStatus(source)];
      if ("failure" in database || "failure" in file || file.modified <= database.modified) return;
      report({
        span: table.source.span,
        message: "older",
        data: { path: quote(path), source: quote(source) },
        help: `run makemap ${source}, or newaliases for aliases`,
      });
    },
  },
});
