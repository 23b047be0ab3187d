import { alternatives, nearest, quote } from "@smtpdlint/model";
import { didYouMean } from "../../edits.ts";
import { defineRule } from "../../rule.ts";
import { backendTable, settingsOf } from "../shared/backends.ts";

export const rule = defineRule({
  meta: {
    id: "unknown-backend-setting",
    category: "suspicious",
    summary: "a setting in the file of a database table that its backend does not know",
    fixable: true,
    messages: { unknown: "the backend {backend} does not know {key}, and skips this line" },
  },
  model(model, { report }) {
    const seen = new Set<unknown>();
    for (const statement of model.config.statements) {
      const table = statement.kind === "table" ? backendTable(statement, model) : undefined;
      if (!table || statement.kind !== "table" || seen.has(model.tables.declared(statement).configuration)) continue;
      seen.add(model.tables.declared(statement).configuration);
      const known = settingsOf(table.backend);
      for (const { key, keySpan } of table.settings) {
        if (known.includes(key)) continue;
        const suggestion = meantBy[key] ?? nearest(key, known);
        const advice =
          suggestion && known.includes(suggestion)
            ? didYouMean(model, keySpan, { wrong: key, meant: suggestion })
            : { help: `it knows ${alternatives(known.map(quote))}` };
        report({ span: keySpan, message: "unknown", data: { backend: table.name, key: quote(key) }, ...advice });
      }
    }
  },
});

/** Names that no spelling leads to. */
const meantBy: Readonly<Record<string, string>> = {
  user: "username",
  pass: "password",
  dbname: "database",
  db: "database",
  hostname: "host",
  path: "dbpath",
  database: "dbpath",
  uri: "url",
  base: "basedn",
  query_virtual: "query_alias",
  query_virtuals: "query_alias",
  query_user: "query_userinfo",
  query_users: "query_userinfo",
  query_senders: "query_mailaddrmap",
  query_password: "query_credentials",
};
