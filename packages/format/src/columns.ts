import type { Cell, Line } from "./lines.ts";

const TAB_WIDTH = 8;

/** The column after `text` from `start` to `end`, if it starts at `column`. */
export function advance(column: number, text: string, start: number, end: number): number {
  let at = column;
  for (let offset = start; offset < end; offset++) {
    at = text[offset] === "\t" ? nextTabStop(at) : at + 1;
  }
  return at;
}

const nextTabStop = (column: number) => column - (column % TAB_WIDTH) + TAB_WIDTH;

/** Finds the columns of the cells, and which of them belong together; the cells of all lines that are not frozen. */
export function findAlignment(text: string, lines: readonly Line[]): Cell[] {
  const all: Cell[] = [];
  let above: readonly Cell[] = [];
  let comment: Cell | undefined;
  for (const [number, line] of lines.entries()) {
    if (line.isFrozen) continue;
    const row = line.cells;
    const [first] = row;
    const last = row.at(-1);
    if (!first || !last) {
      above = [];
      comment = undefined;
      continue;
    }
    measure(text, line);
    for (const cell of row) all.push(cell);
    joinRows(text, above, row);
    hang(first, comment?.line === lines[number - 1] ? comment : undefined);
    if (last.kind === "comment") {
      if (last.previous && comment?.column === last.column) join(comment, last);
      comment = last.previous || last.group ? last : undefined;
    }
    if (row.length > 1 || last.kind !== "comment") above = row;
  }
  return all;
}

function measure(text: string, line: Line): void {
  let column = 0;
  let offset = line.start;
  for (const cell of line.cells) {
    column = advance(column, text, offset, cell.start);
    // Text in quotes may go on in the next line; nothing is placed behind it.
    const end = advance(column, text, cell.start, Math.min(cell.end, line.end));
    cell.column = column;
    cell.newColumn = column;
    cell.endColumn = end;
    cell.newEndColumn = end;
    column = end;
    offset = cell.end;
  }
}

function join(to: Cell, cell: Cell): void {
  if (cell.group) return;
  to.group ??= [to];
  cell.group = to.group;
  to.group.push(cell);
}

/** Joins each cell with the one that corresponds to it in the line above. */
function joinRows(text: string, above: readonly Cell[], row: readonly Cell[]): void {
  let at = 1;
  for (const cell of row.slice(1)) {
    while (at < above.length && (above[at] as Cell).column < cell.column) at++;
    const other = above[at];
    if (other?.column === cell.column && correspond(text, other, cell)) join(other, cell);
  }
}

function correspond(text: string, a: Cell, b: Cell): boolean {
  if (a.blanks === 0 || b.blanks === 0 || a.kind === "comment" || b.kind === "comment") return false;
  return a.index === b.index || wordOf(text, a) === wordOf(text, b);
}

const wordOf = (text: string, { start, wordEnd }: Cell) => text.slice(start, wordEnd);

/** The first cell of a line may be aligned with one further above: an entry with the first entry, a comment with a comment. */
function hang(first: Cell, comment: Cell | undefined): void {
  const { below, kind } = first;
  const target = below?.kind === "words" && !below.line.isFrozen ? below : undefined;
  if (target?.previous && target.column === first.column) join(target, first);
  else if (kind === "comment" && comment?.column === first.column) join(comment, first);
}

/**
 * Gives all cells their new columns. What is aligned stays so: it moves
 * together, as far as what stands before it has moved. All else moves up to
 * what stands before it. Cells are placed from the left to the right, so that
 * those before them have their places.
 */
export function placeCells(text: string, cells: readonly Cell[], indent: (line: Line) => number): void {
  for (const first of cells.toSorted((a, b) => a.column - b.column)) {
    const { group } = first;
    if (group && group[0] !== first) continue;
    const aligned = group && isOnPurpose(group) ? alignedColumn(group) : undefined;
    if (group) for (const cell of group) place(text, cell, aligned, indent);
    else place(text, first, aligned, indent);
  }
}

function place(text: string, cell: Cell, aligned: number | undefined, indent: (line: Line) => number): void {
  const { line, previous } = cell;
  cell.isAligned = aligned !== undefined;
  cell.newColumn = aligned ?? (previous ? leastColumn(previous, cell) : indent(line));
  cell.newEndColumn = advance(cell.newColumn, text, cell.start, Math.min(cell.end, line.end));
}

const leastColumn = (previous: Cell, cell: Cell) => previous.newEndColumn + cell.blanks;

/** Not if one blank is before each, nor if they come after texts of the same length: then they are aligned anyway. */
function isOnPurpose(group: readonly Cell[]): boolean {
  const end = group[0]?.previous?.newEndColumn;
  const isWide = ({ blanks, previous, column }: Cell) => column - (previous?.endColumn ?? 0) > blanks;
  return group.some(isWide) && group.some(({ previous }) => previous?.newEndColumn !== end);
}

/** The column of the group as it was, moved by as much as what is before it. */
function alignedColumn(group: readonly Cell[]): number {
  let moved = Number.NEGATIVE_INFINITY;
  let least = 0;
  for (const cell of group) {
    const { previous } = cell;
    if (!previous) continue;
    moved = Math.max(moved, previous.newEndColumn - previous.endColumn);
    least = Math.max(least, leastColumn(previous, cell));
  }
  return Math.max((group[0] as Cell).column + moved, least);
}

/** What one level of indentation is. */
export interface Indent {
  readonly text: string;
  readonly width: number;
}

const tab: Indent = { text: "\t", width: TAB_WIDTH };

/** What most lines are indented by, of the widths in blanks, 0 for a tab; a tab if there are none. */
export function findMostUsed(widths: readonly number[]): Indent {
  const votes = new Map<number, number>([[0, 0]]);
  for (const width of widths) votes.set(width, (votes.get(width) ?? 0) + 1);
  const [width] = [...votes].reduce((best, vote) => (vote[1] > best[1] ? vote : best));
  return width === 0 ? tab : { text: " ".repeat(width), width };
}

/** Blanks from one column to another; tabs if the author has used some there and the column allows it. */
export function padding(from: number, to: number, mayUseTabs: boolean): string {
  if (!mayUseTabs || to % TAB_WIDTH !== 0) return " ".repeat(to - from);
  return "\t".repeat(Math.ceil((to - from) / TAB_WIDTH));
}
