import type { Span, Table } from "@smtpdlint/grammar";
import { type Definition, type Model, occurrencesOf, symbolsAt } from "@smtpdlint/model";
import { labelAt, labelsLike } from "./relay-label.ts";
import type { View } from "./view.ts";

/** All places of the name at an offset, in all files of the configuration; with the declaration of a table, its file; with that of a label, its entry. */
export function references(view: View, offset: number, includeDeclaration: boolean): Span[] {
  const { model, file } = view;
  const symbols = symbolsAt(model.symbols, file, offset);
  const label = symbols.length === 0 ? labelAt(view, offset) : undefined;
  if (label) {
    const declaration = includeDeclaration && label.entry ? [label.entry.span] : [];
    return [...declaration, ...labelsLike(label, model).map(({ span }) => span)];
  }
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
