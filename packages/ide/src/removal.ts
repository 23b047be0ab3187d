import { type Edit, isSameSpan, type Statement } from "@smtpdlint/grammar";
import type { Diagnostic } from "@smtpdlint/lint";
import type { Mending } from "./editor-action.ts";
import { contains } from "./spans.ts";
import type { View } from "./view.ts";

/** Removes the lines of what has no effect: a definition that nothing uses, a match rule that no message takes. */
export function removal({ model, file }: View, { tag, span, fixes }: Diagnostic): Mending[] {
  if (tag !== "unnecessary" || fixes.length > 0) return [];
  const { symbols } = model;
  const definition = symbols.around(span.file, span.start).definitions.find(({ node }) => isSameSpan(node.span, span));
  const statements = definition
    ? // A pki has a line for the certificate and one for the key.
      symbols.definitionsOf(definition.kind, definition.name).map(({ statement }) => statement)
    : model.matches.filter((match) => contains(match.span, span));
  const [first] = statements;
  if (!first || statements.some((statement) => statement.span.file !== file)) return [];
  const title = definition ? `Remove ${first.kind} '${definition.name}'` : "Remove this rule";
  const { text } = model.sources.fileOf(span);
  return [{ title, edits: [...new Set(statements)].map((statement) => withoutLines(text, statement)) }];
}

/** Takes out the lines of a statement; with it goes a comment that ends the last one. */
function withoutLines(text: string, { span: { file, start, end } }: Statement): Edit {
  const next = text.indexOf("\n", end);
  return {
    span: { file, start: text.lastIndexOf("\n", start - 1) + 1, end: next === -1 ? text.length : next + 1 },
    text: "",
  };
}
