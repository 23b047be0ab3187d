import type { Span } from "@smtpdlint/grammar";
import { occurrencesOf, symbolsAt } from "@smtpdlint/model";
import { labelAt, labelsLike } from "./relay-label.ts";
import type { View } from "./view.ts";

export interface Highlight {
  readonly span: Span;
  /** `write` where the name is defined. */
  readonly kind: "read" | "write";
}

/** The places of the name at an offset in this file. */
export function highlight(view: View, offset: number): Highlight[] {
  const { model, file } = view;
  const symbols = symbolsAt(model.symbols, file, offset);
  const label = symbols.length === 0 ? labelAt(view, offset) : undefined;
  const places = label
    ? [
        ...(label.entry ? [{ span: label.entry.span, isDefinition: true }] : []),
        ...labelsLike(label, model).map(({ span }) => ({ span, isDefinition: false })),
      ]
    : occurrencesOf(model.symbols, symbols);
  return places
    .filter(({ span }) => span.file === file)
    .map(({ span, isDefinition }) => ({ span, kind: isDefinition ? "write" : "read" }));
}
