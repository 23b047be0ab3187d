import type { Span } from "@smtpdlint/grammar";
import { occurrencesOf, symbolsAt } from "@smtpdlint/model";
import type { View } from "./view.ts";

/** All places of the name at an offset, in all files of the configuration. */
export function references({ model, file }: View, offset: number, includeDeclaration: boolean): Span[] {
  return occurrencesOf(model.symbols, symbolsAt(model.symbols, file, offset))
    .filter(({ isDefinition }) => includeDeclaration || !isDefinition)
    .map(({ span }) => span);
}
