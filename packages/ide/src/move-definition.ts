import { isSameSpan, type Statement } from "@smtpdlint/grammar";
import type { Diagnostic } from "@smtpdlint/lint";
import type { Definition, Model } from "@smtpdlint/model";
import type { Mending } from "./editor-action.ts";
import { contains } from "./spans.ts";
import type { View } from "./view.ts";

/** For a name that is defined only below its use, its definition above the first one, with all that this needs itself. */
export function movedDefinition({ model }: View, { span }: Diagnostic): Mending[] {
  const { symbols } = model;
  const reference = symbols.around(span.file, span.start).references.find((one) => isSameSpan(one.span, span));
  const resolution = reference && symbols.resolve(reference);
  if (!reference?.statement || resolution?.outcome !== "later") return [];
  const { definition } = resolution;
  if (definition.statement === reference.statement) return [];
  const users = symbols.references.flatMap(({ kind, name, statement }) =>
    statement && kind === definition.kind && symbols.definitionsOf(kind, name).includes(definition) ? [statement] : [],
  );
  const first = users.reduce((one, other) => (other.index < one.index ? other : one), reference.statement);
  const moved = neededBy(definition, first, model);
  if (moved.has(first) || [...moved].some((one) => one.span.file !== first.span.file)) return [];
  const { file } = first.span;
  const text = model.sources.files[file]?.text ?? "";
  const blocks = [...moved].sort((a, b) => a.index - b.index).map((one) => blockOf(one, text));
  const at = blockOf(first, text).start;
  const taken = blocks.map(({ start, end }) => text.slice(start, end).replace(/\n?$/, "\n"));
  return [
    {
      title: `Move ${definition.kind} '${definition.name}' above its first use`,
      preferred: true,
      edits: [
        { span: { file, start: at, end: at }, text: taken.join("") },
        ...blocks.map((block) => ({ span: { file, ...block }, text: "" })),
      ],
    },
  ];
}

/** The statements that define a name, and those below `place` that define what stands in these. */
function neededBy(definition: Definition, place: Statement, { symbols }: Model): Set<Statement> {
  const needed = new Set<Statement>();
  const wanted = [...symbols.definitionsOf(definition.kind, definition.name)];
  for (const { statement } of wanted) {
    if (needed.has(statement)) continue;
    needed.add(statement);
    for (const { kind, name, span } of symbols.references) {
      if (!contains(statement.span, span)) continue;
      wanted.push(...symbols.definitionsOf(kind, name).filter((one) => one.statement.index > place.index));
    }
  }
  return needed;
}

/** The lines of a statement, with the comment above it. */
function blockOf({ span }: Statement, text: string): { start: number; end: number } {
  let start = text.lastIndexOf("\n", span.start - 1) + 1;
  while (start > 0) {
    const above = text.lastIndexOf("\n", start - 2) + 1;
    if (!/^[ \t]*#/.test(text.slice(above, start))) break;
    start = above;
  }
  const newline = text.indexOf("\n", span.end);
  return { start, end: newline === -1 ? text.length : newline + 1 };
}
