import type { Span, Table } from "@smtpdlint/grammar";
import { type Definition, type Model, occurrencesOf, symbolsAt } from "@smtpdlint/model";
import type { View } from "./view.ts";

/** All places of the name at an offset, in all files of the configuration; with the declaration of a table, its file. */
export function references({ model, file }: View, offset: number, includeDeclaration: boolean): Span[] {
  const symbols = symbolsAt(model.symbols, file, offset);
  const places = occurrencesOf(model.symbols, symbols);
  const tables = symbols.flatMap(({ kind, name }) => (kind === "table" ? model.symbols.definitionsOf(kind, name) : []));
  return places
    .filter(({ isDefinition }) => includeDeclaration || !isDefinition)
    .map(({ span }) => span)
    .concat(includeDeclaration ? filesOf(tables, model) : []);
}

const filesOf = (tables: readonly Definition[], model: Model): Span[] =>
  tables.flatMap(({ statement }) => {
    const { file, configuration } = model.tables.declared(statement as Table);
    const source = file?.source ?? configuration;
    return source ? { file: source.id, start: 0, end: 0 } : [];
  });
