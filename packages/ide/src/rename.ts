import { applyEdits, type Edit, isReserved, type Span } from "@smtpdlint/grammar";
import { analyse, type Diagnostic, rules } from "@smtpdlint/lint";
import {
  canonicalName,
  type Entry,
  entriesOf,
  isBuiltinTable,
  type Model,
  memoryHost,
  type Occurrence,
  occurrencesOf,
  quote,
  symbolsAt,
  writeText,
} from "@smtpdlint/model";
import { labelAt, labelsLike, type RelayLabel } from "./relay-label.ts";
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
  if (!symbol) return prepareLabel(view, offset);
  const reason = whyNot(view, symbols);
  return reason === undefined ? { span: symbol.span, placeholder: asWritten(view, symbol) } : { refused: reason };
}

/** A name in the letters of its author: some are compared in lower case. */
function asWritten({ model }: View, { span, name }: Occurrence): string {
  const [, written = ""] = /^[$"]?(.*?)"?$/s.exec(model.sources.textAt(span)) ?? [];
  return written.toLowerCase() === name.toLowerCase() ? written : name;
}

/** The edits that give the name at an offset another one, in all files of the configuration. */
export function rename(view: View, offset: number, newName: string): { readonly edits: Edit[] } | Refusal {
  const { model, file } = view;
  const symbols = symbolsAt(model.symbols, file, offset);
  const [symbol] = symbols;
  if (!symbol) return renameLabel(view, offset, newName);
  const reason = whyNot(view, symbols) ?? whyNotTo(view, symbols, newName);
  if (reason !== undefined) return { refused: reason };
  const text = writeText(newName, isReserved(newName, model.target));
  if (text === undefined) return { refused: "a name with these characters cannot be written" };
  const edits = occurrencesOf(model.symbols, symbols).map(({ kind, span, isDefinition }): Edit => {
    if (kind === "macro" && !isDefinition) return { span, text: `$${newName}` };
    return { span, text };
  });
  return unlessRefused(model, edits);
}

/** The edits, if smtpd takes what comes of them. */
export function unlessRefused(model: Model, edits: Edit[]): { readonly edits: Edit[] } | Refusal {
  const refused = whatSmtpdSays(model, edits);
  return refused === undefined ? { edits } : { refused };
}

export const noName: Refusal = { refused: "there is no name here" };

function prepareLabel(view: View, offset: number): ReturnType<typeof prepareRename> {
  const label = labelAt(view, offset);
  if (!label) return undefined;
  const reason = whyNotLabel(view.model, label);
  if (reason !== undefined) return { refused: reason };
  const spans = [label.span, ...(label.entry ? [label.entry.span] : [])];
  const span = spans.find(({ file, start, end }) => file === view.file && start <= offset && offset <= end);
  return { span: span ?? label.span, placeholder: label.name };
}

/** The edits that give the labels of a relay another name, with their entry. */
function renameLabel({ model, file }: View, offset: number, newName: string): ReturnType<typeof rename> {
  const label = labelAt({ model, file }, offset);
  if (!label) return noName;
  const reason = whyNotLabel(model, label) ?? whyNotKey(newName, label.entry, entriesOf(label.credentials));
  if (reason !== undefined) return { refused: reason };
  const edits = labelsLike(label, model).map(({ span }): Edit => ({ span, text: newName }));
  const { entry } = label;
  // In the configuration it is a word of its own.
  const isInFile = label.credentials.file !== undefined || label.credentials.configuration !== undefined;
  const written = isInFile ? newName : writeText(newName, isReserved(newName, model.target));
  if (entry && written !== undefined) edits.push({ span: entry.span, text: written });
  return unlessRefused(model, edits);
}

function whyNotLabel(model: Model, label: RelayLabel): string | undefined {
  if (!label.entry) return "nobody knows where this label is defined";
  const isBrought = labelsLike(label, model).some(({ isWritten }) => !isWritten);
  return isBrought ? "a macro brings this label to some of its places: change the macro" : undefined;
}

/** What keeps the key of an entry from being called so. */
export function whyNotKey(newName: string, entry: Entry | undefined, others: Iterable<Entry>): string | undefined {
  if (newName === "") return "a name cannot be empty";
  const odd = /[^\w.+@/-]|^\//u.exec(newName)?.[0];
  if (odd !== undefined) return `this name cannot hold ${quote(odd)}`;
  const key = newName.toLowerCase();
  for (const other of others) {
    if (other.key.toLowerCase() === key && entry?.key.toLowerCase() !== key)
      return `there is an entry '${newName}' already`;
  }
  return undefined;
}

/** What keeps smtpd from starting, or from doing anything with a statement. */
const refusing = rules.filter(({ meta: { category } }) => category === "refused" || category === "broken");

/** What smtpd refuses or fails at once some edits are made, and did not before. */
function whatSmtpdSays({ sources, target }: Model, edits: readonly Edit[]): string | undefined {
  const findings = (edited: readonly Edit[]): readonly Diagnostic[] => {
    const texts = sources.files.map(({ id, path, text }) => {
      return [
        path,
        applyEdits(
          text,
          edited.filter(({ span }) => span.file === id),
        ),
      ] as const;
    });
    const [path, text] = texts[0] ?? ["", ""];
    const host = memoryHost(Object.fromEntries(texts), undefined, "not-looked-for");
    return analyse(path, text, host, { target, rules: refusing }).diagnostics;
  };
  const left = findings([]).map(({ rule }) => rule);
  const added = findings(edits).find(({ rule }) => {
    const known = left.indexOf(rule);
    if (known !== -1) left.splice(known, 1);
    return known === -1;
  });
  return added?.message;
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
    ({ kind, name }) =>
      canonicalName(kind, newName) !== canonicalName(kind, name) &&
      model.symbols.definitionsOf(kind, newName).length > 0,
  );
  if (taken && symbol.kind !== "tag") return `'${newName}' is the name of another ${symbol.kind}`;
  return undefined;
}
