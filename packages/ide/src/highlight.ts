import type { Span } from "@smtpdlint/grammar";
import { occurrencesOf, symbolsAt } from "@smtpdlint/model";
import type { View } from "./view.ts";

export interface Highlight {
  readonly span: Span;
  /** `write` where the name is defined. */
  readonly kind: "read" | "write";
}

/** The places of the name at an offset in this file. */
export function highlight({ model, file }: View, offset: number): Highlight[] {
  return occurrencesOf(model.symbols, symbolsAt(model.symbols, file, offset))
    .filter(({ span }) => span.file === file)
    .map(({ span, isDefinition }) => ({ span, kind: isDefinition ? "write" : "read" }));
}
