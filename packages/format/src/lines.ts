import { lineStarts } from "@smtpdlint/grammar";
import type { FormatSource, Piece } from "./pieces.ts";

/**
 * What stands between blanks and moves as a whole: words with their comma, a
 * comment, the `\` at the end of a line. There may be millions, so that where
 * one stands is kept with it.
 */
export interface Cell extends Placement {
  readonly line: Line;
  readonly start: number;
  end: number;
  readonly kind: "words" | "comment" | "continuation";
  /** Where its first word ends, and how many cells are before it, those not counted that belong to the one before them. */
  readonly wordEnd: number;
  readonly index: number;
  /** The one before it in the line. */
  readonly previous: Cell | undefined;
  /** How many blanks belong before it, unless it is the first. */
  readonly blanks: 0 | 1;
  /** The cell of a line above below which the first of a line may be hung. */
  readonly below: Cell | undefined;
}

/** Where a cell stands and shall stand; columns count from 0, tabs are eight wide. */
export interface Placement {
  /** Its start and end in the text as it is. */
  column: number;
  endColumn: number;
  /** The same in the new text. */
  newColumn: number;
  newEndColumn: number;
  /** It is aligned with others on purpose. */
  isAligned: boolean;
  /** The cells of neighbouring lines that start at the same column, in the order of the lines; undefined if it is alone. */
  group: Cell[] | undefined;
}

export interface Line {
  /** Without the line end, and without a byte-order mark. */
  readonly start: number;
  readonly end: number;
  readonly cells: Cell[];
  /** How deep it is indented. */
  level: number;
  /** It is left as it is. */
  isFrozen: boolean;
  /** It has no text, and no meaning either. */
  isBlank: boolean;
}

interface OpenBrace {
  readonly line: Line;
  /** The cell after the brace, in its line. */
  first: Cell | undefined;
}

/** Cuts a text into lines and cells; the blanks between cells, and only they, may be changed. */
export function readLines(text: string, reading: FormatSource): Line[] {
  return new LineReader(text, reading).read();
}

class LineReader {
  private readonly lines: Line[];
  private number = 0;
  private statement = -1;
  /** The line on which the statement starts. */
  private head: Line | undefined;
  private braces: OpenBrace[] = [];
  /** The `index` of the last cell. */
  private index = 0;

  constructor(
    private readonly text: string,
    private readonly reading: FormatSource,
  ) {
    this.lines = cutLines(text);
  }

  read(): Line[] {
    const { text, lines } = this;
    const { pieces } = this.reading;
    let at = lines[0]?.start ?? text.length;
    for (const [number, piece] of pieces.entries()) {
      this.readGap(at, piece.start);
      this.readPiece(piece, number);
      at = piece.end;
      // Of millions, only those nearby are needed any more.
      delete pieces[number - 2];
    }
    this.readGap(at, text.length);
    this.freezeBroken();
    this.freezeComments();
    for (const line of lines) {
      if (line.isFrozen) line.cells.length = 0;
      if (line.isFrozen || line.cells.length > 0) line.isBlank = false;
    }
    return lines;
  }

  private get line(): Line {
    return this.lines[this.number] as Line;
  }

  /** What is between two pieces: blanks, ends of lines, and perhaps what the formatter does not understand. */
  private readGap(start: number, end: number): void {
    // The `\` of a comment is no part of it if nothing follows.
    let isComment = this.line?.cells.at(-1)?.kind === "comment";
    for (let at = start; at < end; at++) {
      const char = this.text[at];
      if (char === "\n") {
        isComment &&= this.text[at - 1] === "\\";
        this.nextLine();
      } else if (char === " " || char === "\t" || at === this.line.end) continue;
      else if (char === "\\" && at + 1 === this.line.end && this.number + 1 < this.lines.length) {
        if (isComment) this.line.isFrozen = true;
        else this.addCell({ start: at, end: at + 1 }, "continuation", 1);
        (this.lines[this.number + 1] as Line).isBlank = false;
      } else this.line.isFrozen = true;
    }
  }

  private nextLine(): void {
    this.number++;
    this.index = 0;
    const place = this.reading.statements[this.statement];
    if (place && this.number < this.lines.length && this.line.start <= place.end) this.line.isBlank = false;
  }

  private readPiece(piece: Piece, number: number): void {
    const { pieces, statements } = this.reading;
    const { text } = this;
    const next = statements[this.statement + 1];
    if (next && piece.start >= next.start) {
      this.statement++;
      this.head = this.line;
      this.braces = [];
    }
    const previous = this.line.cells.length > 0 ? pieces[number - 1] : undefined;
    const blanks = previous && !this.needsBlank(number) ? 0 : 1;
    const word = text.slice(piece.start, piece.end);
    const cell = this.line.cells.at(-1);
    if (cell && blanks === 0 && previous?.end === piece.start) {
      cell.end = piece.end;
    } else this.addCell(piece, piece.isComment ? "comment" : "words", blanks);
    if (word === "{") this.braces.push({ line: this.line, first: undefined });
    else if (word === "}") this.braces.pop();
    this.freezeAround(piece, pieces[number + 1]);
  }

  /** Leaves lines alone in which blanks are text, or may be, and goes on to the line on which the piece ends. */
  private freezeAround(piece: Piece, next: Piece | undefined): void {
    if (piece.isOpaque || (piece.isComment && piece.end > this.line.end)) this.line.isFrozen = true;
    while (piece.end >= (this.lines[this.number + 1]?.start ?? Number.POSITIVE_INFINITY)) {
      this.number++;
      this.index = 0;
      this.line.isFrozen = true;
    }
    if (!piece.isSticky || this.text[piece.end] !== "\\") return;
    const until = next?.start ?? piece.end;
    for (let at = this.number; (this.lines[at]?.start ?? this.text.length) <= until; at++) {
      (this.lines[at] as Line).isFrozen = true;
    }
  }

  private addCell({ start, end }: { start: number; end: number }, kind: Cell["kind"], blanks: 0 | 1): void {
    const { line } = this;
    const previous = line.cells.at(-1);
    const word = this.text.slice(start, end);
    const brace = this.braces.at(-1);
    let below: Cell | undefined;
    if (!previous && this.isInside(start)) {
      const outer = word === "}" || !brace ? brace?.line.level : brace.line.level + 1;
      line.level = outer ?? 1;
      if (word !== "}" && kind !== "continuation") below = brace ? brace.first : this.head?.cells[1];
    }
    this.index += blanks;
    const cell: Cell = {
      line,
      start,
      end,
      kind,
      wordEnd: end,
      index: this.index,
      previous,
      blanks,
      below,
      column: 0,
      endColumn: 0,
      newColumn: 0,
      newEndColumn: 0,
      isAligned: false,
      group: undefined,
    };
    line.cells.push(cell);
    if (brace?.line === line && kind === "words") brace.first ??= cell;
  }

  /** True for what continues a statement of a line above. */
  private isInside(at: number): boolean {
    const place = this.reading.statements[this.statement];
    return place !== undefined && this.head !== this.line && at < place.end;
  }

  /** True if a blank belongs before the piece; where both are usual, the author decides. */
  private needsBlank(number: number): boolean {
    const isApart = (other: number) => (this.reading.pieces[other - 1]?.end ?? 0) < this.startOf(other);
    const left = this.wordOf(number - 1);
    const right = this.wordOf(number);
    if (right === ",") return false;
    if (this.reading.pieces[number - 1]?.isSticky) return isApart(number);
    if (right === "=" || right === "=>") return isApart(number) || isApart(number + 1);
    if (left === "=" || left === "=>") return isApart(number - 1) || isApart(number);
    if (left === "<" || right === ">" || left === "!") return isApart(number);
    return true;
  }

  private startOf(number: number): number {
    return this.reading.pieces[number]?.start ?? this.text.length;
  }

  private wordOf(number: number): string {
    const piece = this.reading.pieces[number];
    return piece ? this.text.slice(piece.start, piece.end) : "";
  }

  private freezeBroken(): void {
    let number = 0;
    for (const { start, end, isBroken } of this.reading.statements) {
      while (number + 1 < this.lines.length && (this.lines[number + 1] as Line).start <= start) number++;
      if (!isBroken) continue;
      for (let at = number; at < this.lines.length && (this.lines[at] as Line).start <= end; at++) {
        (this.lines[at] as Line).isFrozen = true;
      }
    }
  }

  /** The comments above a line that stays as it is keep their indentation with it. */
  private freezeComments(): void {
    let isFrozen = false;
    for (const line of this.lines.toReversed()) {
      if (isFrozen && line.cells.length === 1 && line.cells[0]?.kind === "comment") line.isFrozen = true;
      isFrozen = line.isFrozen;
    }
  }
}

function cutLines(text: string): Line[] {
  const starts = lineStarts(text);
  const lines = starts.map((start, number): Line => {
    const next = starts[number + 1];
    const newline = next === undefined ? text.length : next - 1;
    const end = next !== undefined && newline > start && text[newline - 1] === "\r" ? newline - 1 : newline;
    const from = number === 0 && text.startsWith("\ufeff") ? 1 : start;
    return { start: from, end, cells: [], level: 0, isFrozen: false, isBlank: true };
  });
  // What is after the last newline is no line if it is nothing.
  if (lines.at(-1)?.start === text.length) lines.pop();
  return lines;
}
