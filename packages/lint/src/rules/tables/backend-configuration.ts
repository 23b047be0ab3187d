import { defineRule } from "../../rule.ts";
import { isBackendConfiguration } from "../shared/backend-configuration.ts";
import { sourcedTable } from "../shared/sourced-table.ts";

export const rule = defineRule({
  meta: {
    id: "backend-configuration",
    category: "broken",
    summary: "the configuration of a database where smtpd reads it as the entries of a table",
    messages: { entries: "this is the configuration of a database, and 'file' reads its lines as entries" },
  },
  visit: {
    table(table, context) {
      const file = table.broken ? undefined : sourcedTable(table, context)?.file;
      const source = file && isBackendConfiguration(file) ? table.source : undefined;
      if (!source) return;
      context.report({
        span: source.span,
        message: "entries",
        help: "write the backend that reads it, such as mysql:/PATH, sqlite:/PATH, postgres:/PATH or ldap:/PATH",
      });
    },
  },
});
