import type { Span } from "@smtpdlint/grammar";
import { occurrencesOf, symbolsAt } from "@smtpdlint/model";
import type { View } from "./view.ts";

/** Where the name at an offset is defined; of an include or a table's path, the file. */
export function definition({ model, file }: View, offset: number): Span[] {
  const found = occurrencesOf(model.symbols, symbolsAt(model.symbols, file, offset)).filter(
    ({ isDefinition }) => isDefinition,
  );
  if (found.length > 0) return found.map(({ span }) => span);
  const touches = (span: Span | undefined) =>
    span !== undefined && span.file === file && span.start <= offset && offset <= span.end;
  for (const statement of model.config.statements) {
    if (statement.kind === "include" && statement.file !== undefined && touches(statement.path?.span)) {
      return [{ file: statement.file, start: 0, end: 0 }];
    }
    if (statement.kind !== "table" || !touches(statement.source?.span)) continue;
    const source = model.tables.declared(statement).file?.source;
    if (source) return [{ file: source.id, start: 0, end: 0 }];
  }
  return [];
}

/** What the name at an offset holds: the entries of a table, the filters of a chain, the value of a macro. */
export function implementation({ model, file }: View, offset: number): Span[] {
  return symbolsAt(model.symbols, file, offset).flatMap(({ kind, name }) =>
    model.symbols.definitionsOf(kind, name).flatMap(({ statement }): Span[] => {
      switch (statement.kind) {
        case "table": {
          const source = model.tables.declared(statement).file?.source;
          if (source) return [{ file: source.id, start: 0, end: 0 }];
          return statement.inline ? [statement.inline.span] : [];
        }
        case "filter":
          return (statement.chain?.filters ?? []).flatMap((filter) =>
            model.symbols.definitionsOf("filter", filter.value).map(({ node }) => node.span),
          );
        case "macro":
          return statement.value ? [statement.value.span] : [];
        default:
          return [];
      }
    }),
  );
}
