import type { Span } from "@smtpdlint/grammar";
import { conjunction, type Model, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";
import { type BackendTable, backendTable } from "../shared/backends.ts";

const messages = {
  missing: "the file of the table has no {key}: the backend {backend} ends at its start, and smtpd with it",
  empty: "{key} has no value: the backend {backend} ends at its start, and smtpd with it",
  twice: "{key} is given twice: the backend {backend} ends at its start, and smtpd with it",
  parameter:
    "the query of {key} has {number} for the text that smtpd asks for, where {backend} wants {wanted}: {effect}",
  columns: "the query of {key} gives {number}, where {backend} wants {wanted}: {effect}",
  number: "{key} wants a whole number of seconds or calls: the backend {backend} ends at its start, and smtpd with it",
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
      for (const { span = statement.source.span, message, data, help } of flawsOf(table, model)) {
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

function* flawsOf({ name, backend, settings }: BackendTable, model: Model): Generator<Flaw> {
  const known = new Set<string>();
  // The redis of OpenSMTPD-extras never reads its file (table_redis.c, config_load); the later one is for 7.6.
  const isRead = name !== "redis" || model.isAtLeast("7.6");
  for (const { key, keySpan, value, valueSpan } of isRead ? settings : []) {
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
const parameters: Readonly<Record<string, { readonly sign: RegExp; readonly wanted: string }>> = {
  mysql: { sign: /\?/g, wanted: "one '?'" },
  postgres: { sign: /\$\d+/g, wanted: "'$1'" },
  sqlite: { sign: /\?\d*|[:@$][A-Za-z_]\w*|\$\d+/g, wanted: "one '?'" },
};

const ends = "it ends at its start, and smtpd with it";
const fails = "look-ups fail";

function* queryFlaws(backend: string, key: string, query: string, span: Span): Generator<Flaw> {
  const data = { key: quote(key) };
  if (/^fetch_source_(?:expire|refresh)$/.test(key)) {
    if (!/^\+?\d+$/.test(query)) yield { span, message: "number", data, help: "write a whole number" };
    return;
  }
  const parameter = parameters[backend];
  const isFetch = key === "fetch_source";
  if (!parameter || !(isFetch || key.startsWith("query_"))) return;
  // A function in dollar signs, comments and escapes are nothing that we read.
  if (/\$\$|--|\/\*|#|\\/.test(query)) return;
  // What stands in quotes is no parameter.
  const plain = query.replace(/'[^']*'|"[^"]*"|`[^`]*`/g, "''");
  const signs: readonly string[] = plain.match(parameter.sign) ?? [];
  // What has a name or a number is one wherever it stands.
  const found = [...signs.filter((sign) => sign === "?"), ...new Set(signs.filter((sign) => sign !== "?"))];
  if (!isFetch && !(backend === "postgres" ? found.join() === "$1" : found.length === 1)) {
    // What sqlite is not told is NULL.
    const effect =
      backend === "mysql" ? ends : backend === "sqlite" && found.length > 1 ? "all but the first are NULL" : fails;
    const number = found.length === 0 ? "nothing" : conjunction(found.map(quote));
    const help = `write ${parameter.wanted} in its place, without quotes`;
    yield { span, message: "parameter", data: { ...data, number, wanted: parameter.wanted, effect }, help };
  }
  const number = columnsOf(plain);
  const wanted = columns[key] ?? 1;
  // The program of postgres does not count, and leaves out what it does not need.
  if (number === undefined || number === wanted || (backend === "postgres" && number > wanted)) return;
  const effect = backend === "postgres" ? fails : ends;
  const help = "credentials have a name and a hash, users a uid, a gid and a home; all others one column";
  yield { span, message: "columns", data: { ...data, number: inColumns(number), wanted, effect }, help };
}

const inColumns = (number: number) => `${number} ${number === 1 ? "column" : "columns"}`;

/** How many columns a question has, if not one (config_connect in table_mysql.c and its like). */
const columns: Readonly<Record<string, number>> = { query_credentials: 2, query_userinfo: 3 };

/** How many columns a SELECT gives; undefined if that is not to be seen. */
function columnsOf(query: string): number | undefined {
  let flat = query;
  for (let inner = ""; inner !== flat; flat = inner.replace(/\([^()]*\)/g, "''")) inner = flat;
  const [, list] = /^select\s+(?:(?:distinct|all)\s+)?([^*()]+?)(?:\s+from\s.*|;?)$/is.exec(flat) ?? [];
  return list?.split(",").length;
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
