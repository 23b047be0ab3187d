import { isReserved, type Statement } from "@smtpdlint/grammar";
import {
  alternatives,
  isUsable,
  type Model,
  quote,
  type TableInfo,
  type TableUse,
  tableUses,
  writeText,
} from "@smtpdlint/model";
import { defineRule, type TypedContext } from "../../rule.ts";
import { bareTablesOf } from "../shared/bare-table.ts";

const forms = { list: "a list (VALUE, …)", mapping: "a mapping (KEY = VALUE, …)" };

const messages = {
  bare: "{place} needs {wanted}; {table} is one, but {instead}",
  wrong: "{place} needs {wanted}, but {table} is {kind}",
  none: "{table} has no contents, so it cannot be used for {place}",
  users: "{table} only knows the system's users, so it cannot be used for {place}",
} as const;

export const rule = defineRule({
  meta: {
    id: "wrong-table-kind",
    category: "refused",
    summary: "a list where smtpd wants a mapping, or the other way round",
    fixable: true,
    messages,
  },
  visit: { action: check, listen: check, match: check, filter: check },
});

function check(statement: Statement, { model, target, report }: TypedContext<typeof messages>): void {
  for (const use of tableUses(statement, target)) {
    const facts = model.tables.in(use.statement, use.asRead);
    // A file that smtpd does not load is a finding of its own.
    if (facts.file?.malformed || isUsable(facts.kind, facts.usersOnly, use)) continue;
    const wanted = alternatives((use.kinds ?? []).map((kind) => forms[kind]));
    const bare = bareTablesOf(model).at(use.table.span);
    if (bare) {
      const data = { place: quote(use.place), wanted, table: `table ${quote(bare.name)}`, instead: bare.instead };
      report({ ...bare.mending, span: use.table.span, message: "bare", data });
      continue;
    }
    const name = use.table.kind === "table-reference" ? use.table.name?.value : undefined;
    const { declaration } = facts;
    report({
      span: use.table.span,
      message: facts.kind === "none" ? "none" : facts.kind === "dynamic" ? "users" : "wrong",
      data: {
        place: quote(use.place),
        wanted,
        table: name === undefined ? "this" : `table ${quote(name)}`,
        kind: facts.kind === "list" || facts.kind === "mapping" ? forms[facts.kind] : "",
      },
      help: withBrackets(use, model) ?? helpFor(use, facts),
      related: declaration?.name ? [{ span: declaration.name.span, message: "the table is declared here" }] : [],
    });
  }
}

/** For a word where a table must be: there is none of its name yet, but most likely one is meant. */
function withBrackets({ table, kinds }: TableUse, model: Model): string | undefined {
  if (table.kind !== "single-value" || table.text.faulty || !kinds?.includes("mapping")) return undefined;
  const name = table.text.value;
  if (model.symbols.definitionsOf("table", name).length > 0) return undefined;
  const written = /^[\w.-]+$/.test(name) ? writeText(name, isReserved(name, model.target)) : undefined;
  if (written === undefined) return undefined;
  return `write <${written}> for a table of this name, or { KEY = VALUE }`;
}

function helpFor(use: TableUse, { kind, file }: TableInfo): string | undefined {
  if (kind === "mapping" && file && file.size === 0) {
    return "smtpd reads an empty file as a mapping; a first line '# @list' makes it a list";
  }
  if (kind === "mapping" && file) {
    return "the first entry of a file decides: it contains a space or a colon; a first line '# @list' makes it a list";
  }
  if (use.kinds?.includes("mapping") && kind === "list") {
    return file ? "write a key, a space and a value on each line" : "write { KEY = VALUE }";
  }
  return undefined;
}
