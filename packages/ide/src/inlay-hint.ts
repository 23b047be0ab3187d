import type { Listen, Match } from "@smtpdlint/grammar";
import { portsOf } from "@smtpdlint/policy";
import type { View } from "./view.ts";

/** Something that smtpd adds in its mind. */
export interface InlayHint {
  readonly offset: number;
  readonly label: string;
  readonly tooltip: string;
  /** The side on which a blank belongs. */
  readonly padding: "left" | "right";
}

/** The kinds of hints. What is written nowhere is shown by default; what is in the manual, or some lines above, is not. */
export interface InlayHintOptions {
  /** `from local` and `for local` of a complete match rule that does not say it; on by default. */
  readonly implied?: boolean;
  /** What a macro stands for; off by default. */
  readonly macros?: boolean;
  /** The port of a listener that names none; off by default. */
  readonly ports?: boolean;
}

/** Longer values are cut. */
const longestValue = 40;

/** The hints between two offsets, in order. */
export function inlayHints(
  { model, file }: View,
  start: number,
  end: number,
  { implied = true, macros = false, ports = false }: InlayHintOptions = {},
): InlayHint[] {
  const hints: InlayHint[] = [];
  for (const statement of model.config.statements) {
    if (statement.span.file !== file || statement.broken) continue;
    if (implied && statement.kind === "match") hints.push(...impliedConditions(statement));
    if (ports && statement.kind === "listen") hints.push(...defaultPort(statement));
  }
  if (macros) {
    for (const { reference, definition } of model.config.macroUses) {
      if (reference.file !== file || !definition) continue;
      const value = model.sources.files[definition.file]?.text.slice(definition.start, definition.end) ?? "";
      const label = value.length > longestValue ? `${value.slice(0, longestValue)}…` : value;
      hints.push({ offset: reference.end, label: `= ${label}`, tooltip: "what the macro stands for", padding: "left" });
    }
  }
  return hints.filter(({ offset }) => start <= offset && offset <= end).sort((a, b) => a.offset - b.offset);
}

function impliedConditions({ keyword, conditions, outcome, span }: Match): InlayHint[] {
  // Until it is complete, the words may still come.
  if (!outcome) return [];
  const hints: InlayHint[] = [];
  const says = (word: string) => conditions.some((condition) => condition.keyword.word === word);
  if (!says("from") && keyword.span.file === span.file) {
    const tooltip = "without 'from' a rule is for mail of this machine";
    hints.push({ offset: keyword.span.end, label: "from local", tooltip, padding: "left" });
  }
  if (!says("for") && outcome.span.file === span.file) {
    const tooltip = "without 'for' a rule is for the names of this machine";
    hints.push({ offset: outcome.span.start, label: "for local", tooltip, padding: "right" });
  }
  return hints;
}

function defaultPort(listener: Listen): InlayHint[] {
  const { interface: address, options } = listener;
  if (!address || address.macro || options.some(({ keyword }) => keyword.word === "port")) return [];
  const tooltip = "the port of a listener that names none: 465 with smtps, else 25";
  return [{ offset: address.span.end, label: `port ${portsOf(listener).join()}`, tooltip, padding: "left" }];
}
