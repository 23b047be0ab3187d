import { isAtLeast, type Table } from "@smtpdlint/grammar";
import { allTableUses, conjunction, type Model, quote, sourceOf } from "@smtpdlint/model";
import { comparisonFor } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";
import { type BackendTable, backends, backendTable, type Question } from "../shared/backends.ts";

export const rule = defineRule({
  meta: {
    id: "backend-without-query",
    category: "broken",
    summary: "a database table in a place for which its backend has no query",
    messages: {
      query: "{place} asks the table for {noun}, and its file has no {settings}: each look-up fails",
      backend: "{place} asks the table for {noun}, which the backend {backend} cannot answer: each look-up fails",
    },
  },
  model(model, { report }) {
    // Most configurations have no database.
    if (!model.statementsOf("table").some(asksDatabase)) return;
    const seen = new Set<string>();
    for (const use of allTableUses(model)) {
      const { place, statement } = use;
      if (statement.broken || use.asRead.kind !== "table-reference") continue;
      const { declaration } = model.tables.in(statement, use.asRead);
      // The name of a user is compared as a word or as an address, by what it is.
      const isUser = statement.kind === "match" && place === "auth";
      const question = isUser ? undefined : questionAt(place);
      if (!declaration || !question || seen.has(`${declaration.index} ${question}`)) continue;
      seen.add(`${declaration.index} ${question}`);
      const backend = sourceOf(declaration)?.backend ?? "";
      const table = backendTable(declaration, model);
      const missing = missingFor(question, declaration, table, model);
      if (!missing) continue;
      report({
        span: use.table.span,
        message: missing === "everything" ? "backend" : "query",
        data: {
          place: quote(place),
          noun: nouns[question],
          backend,
          settings: missing === "everything" ? "" : conjunction(missing.map(quote)),
        },
        help:
          missing === "everything"
            ? "use another backend, or a file, for this table"
            : "add what is missing to the file of the table",
        related: [{ span: declaration.span, message: "the table is declared here" }],
      });
    }
  },
});

/** True for a table of whose questions something is known: see `missingFor`. */
function asksDatabase(table: Table): boolean {
  const backend = sourceOf(table)?.backend ?? "";
  return backend === "passwd" || Object.hasOwn(backends, backend);
}

type Asked = Question | "relayhost" | "regex" | "string";

const nouns: Readonly<Record<Asked, string>> = {
  alias: "aliases",
  domain: "domains",
  credentials: "passwords",
  netaddr: "addresses and networks",
  userinfo: "users",
  source: "source addresses",
  mailaddr: "mail addresses",
  mailaddrmap: "the addresses of a user",
  addrname: "the name of an address",
  relayhost: "relays",
  regex: "regular expressions",
  string: "words",
};

/** What smtpd asks for in a place; undefined where nobody knows. */
function questionAt(place: string): Asked | undefined {
  if (place.endsWith(" regex")) return "regex";
  if (Object.hasOwn(questionsOfOptions, place)) return questionsOfOptions[place];
  const service = comparisonFor(place, false);
  return service === "domain" || service === "netaddr" || service === "mailaddr" || service === "string"
    ? service
    : undefined;
}

/** The options of actions and listeners (lka.c, lka_session.c, aliases.c). */
const questionsOfOptions: Readonly<Record<string, Asked>> = {
  alias: "alias",
  virtual: "alias",
  userbase: "userinfo",
  "helo-src": "addrname",
  hostnames: "addrname",
  src: "source",
  host: "relayhost",
  domain: "relayhost",
  auth: "credentials",
  "auth-optional": "credentials",
  senders: "mailaddrmap",
};

/** The questions that are answered by yes or no (table.c, table_match). */
const checked: ReadonlySet<string> = new Set<Question>(["domain", "netaddr", "mailaddr"]);

/** The settings that a question wants and that are not there; `everything` if the backend does not know the question. */
function missingFor(
  question: Asked,
  declaration: Table,
  table: BackendTable | undefined,
  { target }: Pick<Model, "target">,
): readonly string[] | "everything" | undefined {
  // table_passwd.c, table_passwd_lookup
  if (sourceOf(declaration)?.backend === "passwd") {
    return question === "credentials" || question === "userinfo" ? undefined : "everything";
  }
  if (!table) return undefined;
  const { backend, settings } = table;
  if (question === "relayhost" || question === "regex" || question === "string") return "everything";
  const wanted = backend.settingsFor(question);
  if (!wanted) return "everything";
  // Whether there is an entry the later table-ldap finds out by the filter alone (table_ldap.c, O_CHECK).
  const isByFilter = checked.has(question) && isAtLeast(target, "7.6");
  const missing = wanted.filter(
    (key) =>
      !(isByFilter && key.endsWith("_attributes")) &&
      !settings.some((setting) => setting.key === key && setting.value !== undefined),
  );
  return missing.length > 0 && !backend.hasDefaults ? missing : undefined;
}
