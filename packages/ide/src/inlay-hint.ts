import type { Listen, Match, Span } from "@smtpdlint/grammar";
import { portsOf } from "@smtpdlint/policy";
import type { View } from "./view.ts";

/** Something that smtpd adds in its mind. */
export interface InlayHint {
  readonly offset: number;
  readonly label: string;
  readonly tooltip: string;
  /** The side on which a blank belongs. */
  readonly padding: "left" | "right";
  /** The label, with its blank, where smtpd reads the same with it in the file. */
  readonly insert?: string;
  /** Where that stands which is shown. */
  readonly place?: Span;
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
  const text = model.sources.files[file]?.text ?? "";
  const hints: InlayHint[] = [];
  for (const statement of model.config.statements) {
    if (statement.span.file !== file || statement.broken) continue;
    const found = [
      ...(implied && statement.kind === "match" ? impliedConditions(statement) : []),
      ...(ports && statement.kind === "listen" ? defaultPort(statement) : []),
    ];
    hints.push(...found.map((hint) => ({ ...hint, insert: inText(hint, text) })));
  }
  if (macros) {
    for (const { reference, definition } of model.config.macroUses) {
      if (reference.file !== file || !definition) continue;
      const value = model.sources.files[definition.file]?.text.slice(definition.start, definition.end) ?? "";
      const label = value.length > longestValue ? `${value.slice(0, longestValue)}…` : value;
      const tooltip = "what the macro stands for";
      hints.push({ offset: reference.end, label: `= ${label}`, tooltip, padding: "left", place: definition });
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

/** The label as it is written: a number ends where a blank is (parse.y, allowed_to_end_number). */
function inText({ offset, label, padding }: InlayHint, text: string): string {
  if (padding === "right") return `${label} `;
  return /^\S/.test(text.slice(offset, offset + 1)) ? ` ${label} ` : ` ${label}`;
}
