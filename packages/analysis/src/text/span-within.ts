import type { Span, Text } from "@smtpdlint/grammar";
import type { Model } from "../model/model.ts";

/** The place of a part of a text, by offsets in its value; all of it if escapes or a macro stand between the two. */
export function spanWithin(model: Model, { span, value, macro }: Text, start: number, end: number): Span {
  const source = model.fileOf(span).text;
  const offset = source.indexOf(value, span.start);
  if (macro || value === "" || offset === -1 || offset > span.start + 1 || offset + value.length > span.end)
    return span;
  // What is missing at the end is shown at the last character.
  const from = Math.min(offset + start, span.end - 1);
  return { file: span.file, start: from, end: Math.max(offset + end, from + 1) };
}
