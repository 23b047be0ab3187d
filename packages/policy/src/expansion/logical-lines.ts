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

/** The lines of a text as fparseln(3) gives them. */
export function* logicalLines(text: string, { continuation, comment }: LineSyntax): Generator<LogicalLine> {
  let joined: string | undefined;
  let first = 1;
  for (const [index, written] of (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).entries()) {
    if (joined === undefined) first = index + 1;
    const commentAt = comment === undefined ? -1 : findUnescaped(written, comment);
    const line = (commentAt === -1 ? written : written.slice(0, commentAt)).replace(/\n$/, "");
    const isContinued = line.endsWith(continuation) && !isEscaped(line, line.length - 1);
    joined = (joined ?? "") + (isContinued ? line.slice(0, -1) : line);
    if (isContinued) continue;
    yield { text: joined, number: first };
    joined = undefined;
  }
  if (joined !== undefined) yield { text: joined, number: first };
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
