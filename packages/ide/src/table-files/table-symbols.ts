import type { Span } from "@smtpdlint/grammar";
import { makeVisible } from "@smtpdlint/model";
import { allMembers, entriesIn, isSecret, type TableView } from "./table-view.ts";

/** An entry of the outline. */
export interface TableSymbol {
  readonly name: string;
  /** What the key leads to; empty where that may be a password. */
  readonly detail: string;
  readonly span: Span;
  readonly selection: Span;
}

/** Nobody reads a longer outline. */
const mostSymbols = 10_000;

/** The keys of a file, or the members of a `.forward`. */
export function tableSymbols(view: TableView): TableSymbol[] {
  const symbols: TableSymbol[] = [];
  const isHidden = isSecret(view);
  const { text, id } = view.source;
  const textOf = ({ start, end }: Span) => makeVisible(text.slice(start, end));
  if (view.kind === "members") {
    for (const { span } of allMembers(view)) symbols.push({ name: textOf(span), detail: "", span, selection: span });
  }
  for (const { key, span, valueSpan } of entriesIn(view)) {
    if (symbols.length === mostSymbols) break;
    // A client wants a name.
    if (key === "") continue;
    symbols.push({
      name: makeVisible(key),
      detail: valueSpan && !isHidden ? textOf(valueSpan) : "",
      span: { file: id, start: span.start, end: (valueSpan ?? span).end },
      selection: span,
    });
  }
  return symbols;
}
