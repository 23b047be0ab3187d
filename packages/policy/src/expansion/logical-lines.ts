/** Which characters have a meaning in a file that fparseln(3) reads; a backslash before one takes it away. */
export interface LineSyntax {
  /** At the end of a line, the next one belongs to it. */
  readonly continuation: string;
  /** The rest of the line is a comment. */
  readonly comment: string | undefined;
}

/** A line with those that continue it, without its comment. */
export interface LogicalLine {
  readonly text: string;
  /** That of its first line, from 1. */
  readonly number: number;
}

/** A part of a logical line or a comment, by offsets in the file. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

/** The same with the places of what was put together. */
export interface PlacedLine extends LogicalLine {
  readonly pieces: readonly Piece[];
  readonly comments: readonly Piece[];
}

/** The lines of a text as fparseln(3) gives them. */
export function* logicalLines(text: string, syntax: LineSyntax): Generator<LogicalLine> {
  for (const { text: line, number } of placedLines(text, syntax)) yield { text: line, number };
}

/** The same, with where they stand. */
export function* placedLines(text: string, { continuation, comment }: LineSyntax): Generator<PlacedLine> {
  let joined: { text: string; number: number; pieces: Piece[]; comments: Piece[] } | undefined;
  let start = 0;
  for (const [index, written] of (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).entries()) {
    joined ??= { text: "", number: index + 1, pieces: [], comments: [] };
    const commentAt = comment === undefined ? -1 : findUnescaped(written, comment);
    const line = (commentAt === -1 ? written : written.slice(0, commentAt)).replace(/\n$/, "");
    const isContinued = line.endsWith(continuation) && !isEscaped(line, line.length - 1);
    const part = isContinued ? line.slice(0, -1) : line;
    joined.text += part;
    joined.pieces.push({ start, end: start + part.length });
    if (commentAt !== -1) {
      joined.comments.push({ start: start + commentAt, end: start + written.replace(/\n$/, "").length });
    }
    start += written.length;
    if (isContinued) continue;
    yield joined;
    joined = undefined;
  }
  if (joined !== undefined) yield joined;
}

function findUnescaped(line: string, character: string): number {
  let at = line.indexOf(character);
  while (at !== -1 && isEscaped(line, at)) at = line.indexOf(character, at + 1);
  return at;
}

/** True if an odd number of backslashes stands before a place. */
function isEscaped(line: string, at: number): boolean {
  let start = at;
  while (start > 0 && line[start - 1] === "\\") start--;
  return (at - start) % 2 === 1;
}
