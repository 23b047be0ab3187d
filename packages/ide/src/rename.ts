import { type Edit, isReserved, type Span } from "@smtpdlint/grammar";
import { isBuiltinTable, type Occurrence, occurrencesOf, symbolsAt, writeText } from "@smtpdlint/model";
import type { View } from "./view.ts";

/** Why a name cannot be changed, for the user to read. */
export interface Refusal {
  readonly refused: string;
}

/** The place and the text of the name at an offset that can be changed; undefined if there is no name. */
export function prepareRename(
  view: View,
  offset: number,
): { readonly span: Span; readonly placeholder: string } | Refusal | undefined {
  const symbols = symbolsAt(view.model.symbols, view.file, offset);
  const [symbol] = symbols;
  if (!symbol) return undefined;
  const reason = whyNot(view, symbols);
  return reason === undefined ? { span: symbol.span, placeholder: symbol.name } : { refused: reason };
}

/** The edits that give the name at an offset another one, in all files of the configuration. */
export function rename(view: View, offset: number, newName: string): { readonly edits: Edit[] } | Refusal {
  const { model, file } = view;
  const symbols = symbolsAt(model.symbols, file, offset);
  const [symbol] = symbols;
  if (!symbol) return { refused: "there is no name here" };
  const reason = whyNot(view, symbols) ?? whyNotTo(view, symbols, newName);
  if (reason !== undefined) return { refused: reason };
  const text = writeText(newName, isReserved(newName, model.target));
  if (text === undefined) return { refused: "a name with these characters cannot be written" };
  const edits = occurrencesOf(model.symbols, symbols).map(({ kind, span, isDefinition }): Edit => {
    if (kind === "macro" && !isDefinition) return { span, text: `$${newName}` };
    return { span, text };
  });
  return { edits };
}

function whyNot({ model }: View, symbols: readonly Occurrence[]): string | undefined {
  const [symbol] = symbols;
  const found = occurrencesOf(model.symbols, symbols);
  if (symbol?.kind === "table" && isBuiltinTable(symbol.name)) return "smtpd makes this table itself";
  if (!found.some(({ isDefinition }) => isDefinition)) return "this name is not defined in the files that can be read";
  if (symbol?.kind !== "macro" && found.some(({ span }) => model.sources.macroAt(span))) {
    return "a macro brings this name to some of its places: change the macro";
  }
  if (model.sources.isIncompleteAt(undefined)) return "an included file could not be read, and may use this name";
  const broken = found.some(({ span }) => span.start === span.end);
  return broken ? "a place of this name is incomplete" : undefined;
}

function whyNotTo({ model }: View, symbols: readonly Occurrence[], newName: string): string | undefined {
  const [symbol] = symbols;
  if (!symbol || newName === "") return "a name cannot be empty";
  if (/[\0\n\r]/.test(newName)) return "a name cannot hold line breaks";
  if (symbol.kind === "macro" && !/^\w+$/.test(newName)) return "the name of a macro has letters, digits and '_' only";
  const taken = symbols.some(
    ({ kind, name }) => newName !== name && model.symbols.definitionsOf(kind, newName).length > 0,
  );
  if (taken && symbol.kind !== "tag") return `'${newName}' is the name of another ${symbol.kind}`;
  return undefined;
}
