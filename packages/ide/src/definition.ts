import type { Span } from "@smtpdlint/grammar";
import { occurrencesOf, symbolsAt } from "@smtpdlint/model";
import { labelAt } from "./relay-label.ts";
import type { View } from "./view.ts";

/** From a name to a place where it is defined. */
export interface DefinitionLink {
  /** The name, or the path, that leads there. */
  readonly origin: Span;
  /** The whole statement, or the file. */
  readonly statement: Span;
  /** What is to be shown of it. */
  readonly name: Span;
}

/** Where the name at an offset is defined; of an include or a table's path, the file; of a relay's label, its entry. */
export function definition({ model, file }: View, offset: number): DefinitionLink[] {
  const symbols = symbolsAt(model.symbols, file, offset);
  const [origin] = symbols.map(({ span }) => span);
  const found = occurrencesOf(model.symbols, symbols).filter(({ isDefinition }) => isDefinition);
  if (origin && found.length > 0) {
    const statementOf = (name: Span) =>
      model.config.statements.find(
        ({ span }) => span.file === name.file && span.start <= name.start && name.end <= span.end,
      );
    return found.map(({ span: name }) => ({ origin, statement: statementOf(name)?.span ?? name, name }));
  }
  const touches = (span: Span | undefined) =>
    span !== undefined && span.file === file && span.start <= offset && offset <= span.end;
  const toFile = (origin: Span, file: number): DefinitionLink[] => {
    const start = { file, start: 0, end: 0 };
    return [{ origin, statement: start, name: start }];
  };
  for (const statement of model.config.statements) {
    if (
      statement.kind === "include" &&
      statement.file !== undefined &&
      statement.path &&
      touches(statement.path.span)
    ) {
      return toFile(statement.path.span, statement.file);
    }
    if (statement.kind !== "table" || !statement.source || !touches(statement.source.span)) continue;
    const source = model.tables.declared(statement).file?.source;
    if (source) return toFile(statement.source.span, source.id);
  }
  const label = labelAt({ model, file }, offset);
  return label?.entry ? [{ origin: label.span, statement: label.entry.span, name: label.entry.span }] : [];
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
