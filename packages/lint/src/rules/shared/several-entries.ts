import type { Span, TableExpression } from "@smtpdlint/grammar";
import { type Model, quoteText } from "@smtpdlint/model";
import type { Fix } from "../../diagnostic.ts";

/** The fix that makes several entries of one, which stands at `span` in a list, in its file, or in place of a list. */
export function asEntries(model: Model, span: Span, table: TableExpression, parts: readonly string[]): Fix[] {
  const info = model.tables.of(table);
  const written = parts.map(quoteText);
  if (info.kind !== "list" || model.sources.macroAt(span) || written.includes(undefined)) return [];
  const list = written.join(", ");
  const text = info.file ? parts.join("\n") : table.kind === "single-value" ? `{ ${list} }` : list;
  return [{ title: `write ${parts.length} entries`, safe: false, edits: [{ span, text }] }];
}
