import { type Edit, isReserved, type Span } from "@smtpdlint/grammar";
import { type Model, quote, writeText } from "@smtpdlint/model";
import type { Fix } from "./diagnostic.ts";

/** A fix that writes `text` in place of what stands at `span`; none if that came from a macro. */
export function rewrite(model: Model, span: Span, text: string, safe: boolean): Fix[] {
  return model.sources.macroAt(span) ? [] : [{ title: `change to '${text}'`, safe, edits: [{ span, text }] }];
}

/** A slip: what is written, what was meant, and what is written before it, if it is a part of a longer text. */
export interface Slip {
  readonly wrong: string;
  readonly meant: string;
  readonly before?: string;
  /** How the help names what was meant. */
  readonly shown?: string;
}

/** The help and the fix of a finding about a slip in what is written at `span`. */
export const didYouMean = (model: Model, span: Span, slip: Slip) => ({
  help: `did you mean ${slip.shown ?? quote(slip.meant)}?`,
  fixes: substitute(model, span, slip),
});

/** The fix that writes what was meant for a slip; none where it cannot be said how. */
export function substitute(model: Model, span: Span, { wrong, meant, before = "" }: Slip): Fix[] {
  const text = model.sources.textAt(span);
  const at = text.indexOf(before + wrong) + before.length;
  const isWhole = text === wrong;
  // Without quotes a word of the configuration may need some; what is within others must not end them.
  const isBare = isWhole && span.file < model.config.files.length;
  const written = isBare ? writeText(meant, isReserved(meant, model.target)) : meant;
  const isUnknown = at < before.length || model.sources.macroAt(span) !== undefined;
  if (isUnknown || written === undefined || (!isBare && /["'\\\s]/.test(meant))) return [];
  const place = { file: span.file, start: span.start + at, end: span.start + at + wrong.length };
  return rewrite(model, place, written, false);
}

export const insert = ({ file }: Span, at: number, text: string): Edit => ({
  span: { file, start: at, end: at },
  text,
});

/** Takes what stands at `span` out of its line, with the blanks before it. */
export function remove(model: Model, { file, start, end }: Span): Edit {
  const { text } = model.sources.fileOf({ file, start, end });
  let from = start;
  while (text[from - 1] === " " || text[from - 1] === "\t") from--;
  return { span: { file, start: from, end }, text: "" };
}

/** Moves what stands at `span` behind `place` in the same file. */
export function moveBehind(model: Model, span: Span, place: Span): Edit[] {
  return [remove(model, span), insert(place, place.end, ` ${model.sources.textAt(span)}`)];
}
