import type { Span } from "@smtpdlint/grammar";
import { oncePer } from "../once-per.ts";
import { canonicalName, type NameKind, type Names } from "./names.ts";
import type { Symbols } from "./symbols.ts";

/** A place where a name stands, defined or referred to. */
export interface Occurrence {
  readonly kind: NameKind;
  /** In one spelling, so that equal ones are the same symbol. */
  readonly name: string;
  /** The name as it is written; of a macro, the `$name`. */
  readonly span: Span;
  readonly isDefinition: boolean;
}

/** All names of a configuration, in no order. What an undefined macro hides is left out. */
export const occurrences = oncePer((symbols: Symbols): readonly Occurrence[] => occurrencesIn(symbols));

function occurrencesIn({ definitions, references }: Names): Occurrence[] {
  const found = definitions.map(({ kind, name, node }) => occurrence(kind, name, node.span, true));
  for (const { kind, name, span, faulty } of references) {
    if (!faulty) found.push(occurrence(kind, name, span, false));
  }
  return found;
}

function occurrence(kind: NameKind, name: string, span: Span, isDefinition: boolean): Occurrence {
  // smtpd compares tags in lower case.
  const canonical = kind === "tag" ? name.toLowerCase() : canonicalName(kind, name);
  return { kind, name: canonical, span, isDefinition };
}

/**
 * The names that stand at an offset. There can be several: a filter
 * `proc-exec` names a process as well, and a macro may bring a name with it.
 * The macro comes first.
 */
export function symbolsAt(symbols: Symbols, file: number, offset: number): Occurrence[] {
  const found = occurrencesIn(symbols.around(file, offset)).filter(
    ({ span }) => span.file === file && span.start <= offset && offset <= span.end,
  );
  return found.sort((a, b) => Number(b.kind === "macro") - Number(a.kind === "macro"));
}

/** All places of the symbols that stand at an offset, in order of file and place. */
export function occurrencesOf(symbols: Symbols, pointedAt: readonly Occurrence[]): Occurrence[] {
  const first = pointedAt[0];
  if (!first) return [];
  // What a macro brings with it is not meant by somebody who points at the macro.
  const meant = pointedAt.filter(({ kind }) => (kind === "macro") === (first.kind === "macro"));
  const found = occurrences(symbols).filter(({ kind, name }) =>
    meant.some((symbol) => symbol.kind === kind && symbol.name === name),
  );
  const byPlace = new Map<string, Occurrence>();
  for (const item of found) {
    const key = `${item.span.file}:${item.span.start}`;
    if (!byPlace.get(key)?.isDefinition) byPlace.set(key, item);
  }
  return [...byPlace.values()].sort((a, b) => a.span.file - b.span.file || a.span.start - b.span.start);
}
