import {
  type InlineTable,
  isReserved,
  type Node,
  type Span,
  type Statement,
  type Text,
  walk,
} from "@smtpdlint/grammar";
import type { Diagnostic } from "@smtpdlint/lint";
import { type NameKind, writeText } from "@smtpdlint/model";
import type { EditorAction } from "./code-action.ts";
import type { View } from "./view.ts";

/** Changes that keep the meaning, and definitions that are missing. */
export function refactorings(view: View, start: number, end: number): EditorAction[] {
  const { model, file } = view;
  const statement = model.config.statements.find(
    ({ span }) => span.file === file && span.start <= start && end <= span.end,
  );
  const missing = view.diagnostics.filter(({ span }) => span.file === file && span.start <= end && start <= span.end);
  const actions = missing.flatMap((diagnostic) => addDefinition(view, diagnostic));
  if (!statement || statement.broken) return actions;
  const at: Node[] = [];
  walk(statement, (node) => {
    if (node.span.file === file && node.span.start <= start && end <= node.span.end) at.push(node);
  });
  const table = at.find((node) => node.kind === "inline-table");
  const text = at.findLast((node) => node.kind === "text");
  return [
    ...actions,
    ...(table && statement.kind !== "table" ? [nameTable(view, statement, table)] : []),
    ...(text && statement.kind !== "macro" ? extractMacro(view, statement, text) : []),
  ];
}

/** `{ a, b }` becomes `<name>`, with `table name { a, b }` above the statement. */
function nameTable(view: View, statement: Statement, { span }: InlineTable): EditorAction {
  const name = freeName(view, "table", "table");
  const text = view.model.sources.files[span.file]?.text.slice(span.start, span.end) ?? "";
  return {
    title: "move to a table with a name",
    kind: "refactor.extract",
    diagnostic: undefined,
    preferred: false,
    edits: [above(view, statement.span, `table ${name} ${text}\n`), { span, text: `<${name}>` }],
  };
}

/** A text becomes `$name`, if smtpd reads the macro's value as the same text. */
function extractMacro(view: View, statement: Statement, { span, value, macro, faulty }: Text): EditorAction[] {
  const bare = writeText(value, isReserved(value, view.model.target));
  if (macro || faulty || bare !== value) return [];
  const name = freeName(view, "macro", "name");
  const edits = [above(view, statement.span, `${name} = "${value}"\n`), { span, text: `$${name}` }];
  return [{ title: "move to a macro", kind: "refactor.extract", diagnostic: undefined, preferred: false, edits }];
}

/** What is missing, with the least that smtpd takes; the rest is for the author. */
const definitions: { readonly [K in NameKind]?: (name: string) => string } = {
  table: (name) => `table ${name} { "VALUE" }`,
  action: (name) => `action ${name} relay`,
  filter: (name) => `filter ${name} phase connect match !rdns junk`,
};

/** For a finding about a name that nothing defines, the definition. */
function addDefinition(view: View, diagnostic: Diagnostic): EditorAction[] {
  const { symbols, target } = view.model;
  const reference = symbols.references.find(({ span }) => isSame(span, diagnostic.span));
  const define = reference && definitions[reference.kind];
  if (!define || !reference.statement || diagnostic.category !== "refused") return [];
  if (symbols.resolve(reference).outcome !== "missing") return [];
  const name = writeText(reference.name, isReserved(reference.name, target));
  if (name === undefined) return [];
  const edits = [above(view, reference.statement.span, `${define(name)}\n`)];
  const title = `add the ${reference.kind} '${reference.name}'`;
  return [{ title, kind: "quickfix", diagnostic, preferred: false, edits }];
}

const isSame = (one: Span, other: Span) =>
  one.file === other.file && one.start === other.start && one.end === other.end;

/** A line above the one in which a statement begins. */
function above({ model }: View, { file, start }: Span, text: string) {
  const at = (model.sources.files[file]?.text ?? "").lastIndexOf("\n", start - 1) + 1;
  return { span: { file, start: at, end: at }, text };
}

/** `base`, or `base` with a number, whatever nobody has yet. */
function freeName({ model }: View, kind: "table" | "macro", base: string): string {
  const taken = new Set(model.symbols.namesOf(kind));
  for (let number = 1; ; number++) if (!taken.has(`${base}${number}`)) return `${base}${number}`;
}
