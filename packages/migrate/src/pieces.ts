import type { Span } from "@smtpdlint/grammar";

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
