import type { Cell, Line } from "./lines.ts";

const TAB_WIDTH = 8;

/** Where a cell stands and shall stand; columns count from 0, tabs are eight wide. */
export interface PlacedCell {
  readonly cell: Cell;
  readonly previous: PlacedCell | undefined;
  /** Its start and end in the text as it is. */
  readonly column: number;
  readonly end: number;
  /** The same in the new text. */
  newColumn: number;
  newEnd: number;
  /** It is aligned with others on purpose. */
  isAligned: boolean;
  /** The cells of neighbouring lines that start at the same column, in the order of the lines; undefined if it is alone. */
  group: PlacedCell[] | undefined;
}

/** The column after `text` from `start` to `end`, if it starts at `column`. */
export function advance(column: number, text: string, start: number, end: number): number {
  let at = column;
  for (let offset = start; offset < end; offset++) {
    at = text[offset] === "\t" ? nextTabStop(at) : at + 1;
  }
  return at;
}

const nextTabStop = (column: number) => column - (column % TAB_WIDTH) + TAB_WIDTH;

/** Finds the columns of the cells, and which of them belong together. */
export function findAlignment(text: string, lines: readonly Line[]): PlacedCell[] {
  const all: PlacedCell[] = [];
  const rows = new Map<Line, readonly PlacedCell[]>();
  let above: PlacedCell[] = [];
  let comment: PlacedCell | undefined;
  for (const [number, line] of lines.entries()) {
    if (line.isFrozen) continue;
    if (line.cells.length === 0) {
      above = [];
      comment = undefined;
      continue;
    }
    const row = measure(text, line);
    rows.set(line, row);
    for (const placed of row) all.push(placed);
    joinRows(above, row);
    hang(row[0] as PlacedCell, rows, comment?.cell.line === lines[number - 1] ? comment : undefined);
    const last = row[row.length - 1] as PlacedCell;
    if (last.cell.kind === "comment") {
      if (last.previous && comment?.column === last.column) join(comment, last);
      comment = last.previous || last.group ? last : undefined;
    }
    if (row.length > 1 || last.cell.kind !== "comment") above = row;
  }
  return all;
}

function measure(text: string, line: Line): PlacedCell[] {
  const row: PlacedCell[] = [];
  let column = 0;
  let offset = line.start;
  for (const cell of line.cells) {
    column = advance(column, text, offset, cell.start);
    // Text in quotes may go on in the next line; nothing is placed behind it.
    const end = advance(column, text, cell.start, Math.min(cell.end, line.end));
    const placed: PlacedCell = {
      cell,
      previous: row[row.length - 1],
      column,
      end,
      newColumn: column,
      newEnd: end,
      isAligned: false,
      group: undefined,
    };
    row.push(placed);
    column = end;
    offset = cell.end;
  }
  return row;
}

function join(to: PlacedCell, placed: PlacedCell): void {
  if (placed.group) return;
  to.group ??= [to];
  placed.group = to.group;
  to.group.push(placed);
}

/** Joins each cell with the one that corresponds to it in the line above. */
function joinRows(above: readonly PlacedCell[], row: readonly PlacedCell[]): void {
  let at = 1;
  for (const placed of row.slice(1)) {
    while (at < above.length && (above[at] as PlacedCell).column < placed.column) at++;
    const other = above[at];
    if (other?.column === placed.column && correspond(other.cell, placed.cell)) join(other, placed);
  }
}

function correspond(a: Cell, b: Cell): boolean {
  if (a.blanks === 0 || b.blanks === 0 || a.kind === "comment" || b.kind === "comment") return false;
  return a.index === b.index || a.word === b.word;
}

/** The first cell of a line may be aligned with one further above: an entry with the first entry, a comment with a comment. */
function hang(
  first: PlacedCell,
  rows: ReadonlyMap<Line, readonly PlacedCell[]>,
  comment: PlacedCell | undefined,
): void {
  const { below, kind } = first.cell;
  const target = below?.kind === "words" ? rows.get(below.line)?.find(({ cell }) => cell === below) : undefined;
  if (target?.cell.previous && target.column === first.column) join(target, first);
  else if (kind === "comment" && comment?.column === first.column) join(comment, first);
}

/**
 * Gives all cells their new columns. What is aligned stays so: it moves
 * together, as far as what stands before it has moved. All else moves up to
 * what stands before it. Cells are placed from the left to the right, so that
 * those before them have their places.
 */
export function placeCells(text: string, cells: readonly PlacedCell[], indent: (line: Line) => number): void {
  for (const first of cells.toSorted((a, b) => a.column - b.column)) {
    const { group } = first;
    if (group && group[0] !== first) continue;
    const aligned = group && isOnPurpose(group) ? alignedColumn(group) : undefined;
    if (group) for (const placed of group) place(text, placed, aligned, indent);
    else place(text, first, aligned, indent);
  }
}

function place(text: string, placed: PlacedCell, aligned: number | undefined, indent: (line: Line) => number): void {
  const { cell, previous } = placed;
  placed.isAligned = aligned !== undefined;
  placed.newColumn = aligned ?? (previous ? leastColumn(previous, cell) : indent(cell.line));
  placed.newEnd = advance(placed.newColumn, text, cell.start, Math.min(cell.end, cell.line.end));
}

const leastColumn = (previous: PlacedCell, cell: Cell) => previous.newEnd + cell.blanks;

/** Not if one blank is before each, nor if they come after texts of the same length: then they are aligned anyway. */
function isOnPurpose(group: readonly PlacedCell[]): boolean {
  const end = group[0]?.previous?.newEnd;
  const isWide = ({ cell, previous, column }: PlacedCell) => column - (previous?.end ?? 0) > cell.blanks;
  return group.some(isWide) && group.some(({ previous }) => previous?.newEnd !== end);
}

/** The column of the group as it was, moved by as much as what is before it. */
function alignedColumn(group: readonly PlacedCell[]): number {
  let moved = Number.NEGATIVE_INFINITY;
  let least = 0;
  for (const { cell, previous } of group) {
    if (!previous) continue;
    moved = Math.max(moved, previous.newEnd - previous.end);
    least = Math.max(least, leastColumn(previous, cell));
  }
  return Math.max((group[0] as PlacedCell).column + moved, least);
}

/** Blanks from one column to another; tabs if the author has used some there and the column allows it. */
export function padding(from: number, to: number, mayUseTabs: boolean): string {
  if (!mayUseTabs || to % TAB_WIDTH !== 0) return " ".repeat(to - from);
  return "\t".repeat(Math.ceil((to - from) / TAB_WIDTH));
}
