import {
  type InlineTable,
  isReserved,
  type Node,
  type Span,
  type Statement,
  type Text,
  walk,
} from "@smtpdlint/grammar";
import { count, occurrences, writeText } from "@smtpdlint/model";
import type { EditorAction } from "./editor-action.ts";
import { inlineMacro } from "./inline-macro.ts";
import { lineAbove } from "./spans.ts";
import type { View } from "./view.ts";

/** Changes that keep the meaning. */
export function refactorings(view: View, start: number, end: number): EditorAction[] {
  const { model, file } = view;
  const statement = model.config.statements.find(
    ({ span }) => span.file === file && span.start <= start && end <= span.end,
  );
  if (!statement || statement.broken) return [];
  const inlined = start === end ? inlineMacro(view, start) : [];
  const at: Node[] = [];
  walk(statement, (node) => {
    if (node.span.file === file && node.span.start <= start && end <= node.span.end) at.push(node);
  });
  const table = at.find((node) => node.kind === "inline-table");
  const text = at.findLast((node) => node.kind === "text");
  return [
    ...(table && statement.kind !== "table" ? [extractTable(view, statement, table)] : []),
    ...(text ? extractMacro(view, text) : []),
    ...inlined,
  ];
}

const extraction = (title: string, edits: EditorAction["edits"]): EditorAction => ({
  title,
  kind: "refactor.extract",
  diagnostic: undefined,
  preferred: false,
  edits,
});

/** `{ a, b }` becomes `<name>`, with `table name { a, b }` above the statement. */
function extractTable(view: View, statement: Statement, { span }: InlineTable): EditorAction {
  const name = freeName(view, "table", "table");
  const text = view.model.sources.files[span.file]?.text.slice(span.start, span.end) ?? "";
  return extraction("Extract to a table", [
    { span: lineAbove(view.model, statement.span), text: `table ${name} ${text}\n` },
    { span, text: `<${name}>` },
  ]);
}

/**
 * A text that is there several times becomes `$name` everywhere, if smtpd reads
 * the macro's value as the same text. For the name of something else there is
 * renaming.
 */
function extractMacro(view: View, { value, span: here }: Text): EditorAction[] {
  const { model, file } = view;
  if (writeText(value, isReserved(value, model.target)) !== value) return [];
  const found: { readonly statement: Statement; readonly span: Span }[] = [];
  for (const statement of model.config.statements) {
    if (statement.span.file !== file || statement.broken || statement.kind === "macro") continue;
    // Where a backslash stands, the text may be written in another way.
    const written = model.sources.textAt(statement.span);
    if (!written.includes(value) && !written.includes("\\")) continue;
    walk(statement, (node) => {
      const isSame = node.kind === "text" && node.value === value && !node.macro && !node.faulty;
      if (isSame && node.span.file === file) found.push({ statement, span: node.span });
    });
  }
  if (found.length < 2) return [];
  const names = new Set(occurrences(model.symbols).map(({ span }) => (span.file === file ? span.start : undefined)));
  const places = found.filter(({ span }) => !names.has(span.start));
  const [first] = places;
  if (!first || places.length < 2 || !places.some(({ span }) => span === here)) return [];
  const name = freeName(view, "macro", "name");
  return [
    extraction(`Extract ${count(places.length, "occurrence")} of '${value}' to a macro`, [
      { span: lineAbove(model, first.statement.span), text: `${name} = "${value}"\n` },
      ...places.map(({ span }) => ({ span, text: `$${name}` })),
    ]),
  ];
}

/** `base`, or `base` with a number, whatever nobody has yet. */
function freeName({ model }: View, kind: "table" | "macro", base: string): string {
  const taken = new Set(model.symbols.namesOf(kind));
  for (let number = 1; ; number++) if (!taken.has(`${base}${number}`)) return `${base}${number}`;
}
