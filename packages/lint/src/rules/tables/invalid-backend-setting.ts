import type { Span } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";
import { type BackendTable, backendTable } from "../shared/backends.ts";

const messages = {
  missing: "the file of the table has no {key}: the backend {backend} ends at its start, and smtpd with it",
  empty: "{key} has no value: the backend {backend} ends at its start, and smtpd with it",
  twice: "{key} is given twice: the backend {backend} ends at its start, and smtpd with it",
  parameter:
    "the query of {key} has {number} for the text that smtpd asks for, where {backend} wants {wanted}: look-ups fail",
  attributes: "{key} has {number} attributes, where the backend ldap wants {wanted}: each look-up fails",
  scheme: "the backend ldap cannot connect to {scheme}://: it ends at its start, and smtpd with it",
} as const;

export const rule = defineRule({
  meta: {
    id: "invalid-backend-setting",
    category: "broken",
    summary: "a setting in the file of a database table with which its backend cannot work",
    messages,
  },
  model(model, { report }) {
    const seen = new Set<unknown>();
    for (const statement of model.config.statements) {
      const table = statement.kind === "table" ? backendTable(statement, model) : undefined;
      if (!table || statement.kind !== "table" || !statement.source) continue;
      const { configuration } = model.tables.declared(statement);
      if (seen.has(configuration)) continue;
      seen.add(configuration);
      for (const { span = statement.source.span, message, data, help } of flawsOf(table)) {
        report({ span, message, data: { backend: table.name, ...data }, help });
      }
    }
  },
});

interface Flaw {
  /** Undefined for what stands nowhere. */
  readonly span?: Span;
  readonly message: keyof typeof messages;
  readonly data: Readonly<Record<string, string | number>>;
  readonly help: string;
}

function* flawsOf({ name, backend, settings }: BackendTable): Generator<Flaw> {
  const known = new Set<string>();
  // The redis of OpenSMTPD-extras never reads its file (table_redis.c, config_load).
  for (const { key, keySpan, value, valueSpan } of name === "redis" ? [] : settings) {
    const data = { key: quote(key) };
    if (value === undefined || !valueSpan) {
      if (backend.isStrict)
        yield { span: keySpan, message: "empty", data, help: "write the value, or leave the line out" };
    } else if (known.has(key)) {
      if (backend.isStrict) yield { span: keySpan, message: "twice", data, help: "leave one of the two out" };
    } else {
      known.add(key);
      yield* name === "ldap" ? ldapFlaws(key, value, valueSpan) : queryFlaws(name, key, value, valueSpan);
    }
  }
  for (const key of backend.needed) {
    if (!known.has(key)) yield { message: "missing", data: { key: quote(key) }, help: `add a line ${key} …` };
  }
}

/** How a query names the text that smtpd asks for (table_mysql.c, table_mysql_prepare_stmt and its like). */
const parameters: Readonly<
  Record<string, { readonly sign: RegExp; readonly wanted: string; readonly atMost: number }>
> = {
  mysql: { sign: /\?/g, wanted: "one '?'", atMost: 1 },
  postgres: { sign: /\$1(?!\d)/g, wanted: "'$1'", atMost: Number.POSITIVE_INFINITY },
  sqlite: { sign: /\?\d*|[:@$][A-Za-z_]\w*|\$\d+/g, wanted: "one '?'", atMost: 1 },
};

function* queryFlaws(backend: string, key: string, query: string, span: Span): Generator<Flaw> {
  const parameter = parameters[backend];
  if (!parameter || !key.startsWith("query_")) return;
  // What stands in quotes or a comment is no parameter; a function in dollar signs is nothing that we read.
  if (/\$\$|--|\/\*/.test(query)) return;
  const found: readonly string[] = query.replace(/'[^']*'|"[^"]*"|`[^`]*`/g, "").match(parameter.sign) ?? [];
  const number = backend === "mysql" ? found.length : new Set(found).size;
  if (number > 0 && number <= parameter.atMost) return;
  const data = { key: quote(key), number: number === 0 ? "nothing" : number, wanted: parameter.wanted };
  yield { span, message: "parameter", data, help: `write ${parameter.wanted} in its place, without quotes` };
}

/** How many attributes a question has (table_ldap.c, ldap_config). */
const attributes: Readonly<Record<string, number>> = {
  alias_attributes: 1,
  credentials_attributes: 2,
  domain_attributes: 1,
  userinfo_attributes: 3,
  mailaddr_attributes: 1,
  mailaddrmap_attributes: 1,
  netaddr_attributes: 1,
};

function* ldapFlaws(key: string, value: string, span: Span): Generator<Flaw> {
  const wanted = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
  const number = value.split(",").length;
  if (wanted !== undefined && number !== wanted) {
    const help = "write commas between them: credentials have a name and a hash, users a uid, a gid and a home";
    yield { span, message: "attributes", data: { key: quote(key), number, wanted }, help };
  }
  const scheme = key === "url" ? /^(ldapi|ldap\+tls):\/\//i.exec(value)?.[1] : undefined;
  if (scheme !== undefined) {
    yield { span, message: "scheme", data: { scheme }, help: "write ldaps://HOST or ldap://HOST" };
  }
}
