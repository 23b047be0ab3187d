import type { Span } from "@smtpdlint/grammar";
import type { Model } from "@smtpdlint/model";

export const contains = (outer: Span, { file, start, end }: Span): boolean =>
  outer.file === file && outer.start <= start && end <= outer.end;

/** Where a line goes that is put above the one in which a statement begins. */
export function lineAbove({ sources }: Model, { file, start }: Span): Span {
  const at = (sources.files[file]?.text ?? "").lastIndexOf("\n", start - 1) + 1;
  return { file, start: at, end: at };
}
