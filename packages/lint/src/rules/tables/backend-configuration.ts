import { defineRule } from "../../rule.ts";

/** The keys of the configuration files of table-mysql(5), table-postgres(5), table-sqlite(5), table-ldap(5) and table-redis(5). */
const settings =
  /^(?:query_(?:alias|domain|credentials|userinfo|netaddr|source|mailaddr|mailaddrmap|addrname)|conninfo|host|username|password|database|dbpath|url|basedn|(?:alias|domain|credentials|userinfo|netaddr|mailaddr)_(?:filter|attributes)|expire|refresh)$/;

export const rule = defineRule({
  meta: {
    id: "backend-configuration",
    category: "broken",
    summary: "the configuration of a database where smtpd takes it for the entries of a table",
    messages: { entries: "this is the configuration of a database, and 'file' takes its lines for entries" },
  },
  visit: {
    table(table, { model, report }) {
      const { source } = table;
      if (!source || table.broken) return;
      const { file } = model.tables.declared(table);
      if (file?.kind !== "mapping" || file.size < 2) return;
      const keys = Array.from({ length: Math.min(file.size, 50) }, (_, index) => file.key(index));
      const known = keys.filter((key) => settings.test(key) || key.startsWith("query_"));
      if (known.length < 2 || known.length < keys.length) return;
      report({
        span: source.span,
        message: "entries",
        help: "write the backend that reads it, such as mysql:/PATH, sqlite:/PATH, postgres:/PATH or ldap:/PATH",
      });
    },
  },
});
