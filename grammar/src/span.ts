/** Number of a source file in `Config.files`; the main file is 0. */
export type FileId = number;

/**
 * A place in a source file: half-open UTF-16 offsets.
 * What came from a macro stands where the macro was used (see `MacroUse`).
 */
export interface Span {
  readonly file: FileId;
  readonly start: number;
  readonly end: number;
}

/** The span from the start of `first` to the end of `last`, in the file of `first`. */
export function cover(first: Span, last: Span): Span {
  const end = last.file === first.file && last.end > first.end ? last.end : first.end;
  return { file: first.file, start: first.start, end };
}

/** True if `offset` lies in `span` or at its end. */
export function touches(span: Span, offset: number): boolean {
  return span.start <= offset && offset <= span.end;
}

/** True for the same place of the same file. */
export const isSameSpan = (one: Span, other: Span): boolean =>
  one.file === other.file && one.start === other.start && one.end === other.end;

/** Those that begin at different places, in order. */
export const distinctSpans = (spans: readonly Span[]): readonly Span[] => [
  ...new Map(spans.map((span) => [`${span.file}:${span.start}`, span])).values(),
];

/** Offsets of the first character of each line; a line ends with "\n". */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** A place for people: both count from 1, the column in UTF-16 units. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** Line and column of `offset`, given the `lineStarts` of the text. */
export function lineColumn(starts: readonly number[], offset: number): LineColumn {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] as number) + 1 };
}
