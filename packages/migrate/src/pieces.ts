import type { Span } from "@smtpdlint/grammar";
import type { Words } from "./words.ts";

/** A part of a new statement, and the place in the old file that it comes from. */
export interface Piece {
  readonly text: string;
  readonly from?: Span | undefined;
}

/** The words of a statement, some with their places. */
export const pieces = (...parts: readonly (Piece | string | undefined | readonly Piece[])[]): Piece[] =>
  parts.flatMap((part) =>
    part === undefined ? [] : typeof part === "string" ? [{ text: part }] : "text" in part ? [part] : [...part],
  );

/** A comment on a line of its own. */
export const comment = (text: string): Piece[] => [{ text: `# ${text}` }];

/** Columns and continued lines stay where two parts stand next to each other in the old file, too. */
export function join(parts: readonly Piece[], words: Words): string {
  let line = "";
  let before: Piece | undefined;
  for (const part of parts) {
    if (before) line += between(before, part, words) ?? " ";
    line += part.text;
    before = part;
  }
  return line;
}

function between({ from: one }: Piece, { from: other }: Piece, words: Words): string | undefined {
  if (!one || !other || one.file !== other.file || other.start <= one.end) return undefined;
  const blanks = words.slice({ ...one, start: one.end, end: other.start });
  return /^(?:[ \t]|\\\n)+$/.test(blanks) ? blanks : undefined;
}
