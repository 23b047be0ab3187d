import type { Edit } from "@smtpdlint/grammar";
import { findAlignment, findMostUsed, type Indent, padding, placeCells } from "./columns.ts";
import { type Cell, type Line, readLines } from "./lines.ts";
import { readPieces } from "./pieces.ts";

/** What is formatted; the whole text by default. */
export interface FormatOptions {
  /** Offsets; only the lines that they touch are changed. */
  readonly range?: { readonly start: number; readonly end: number };
  /** What a line is indented by that goes on with a statement; what the text mostly has by default. */
  readonly indent?: Indent;
}

/** Statements may be set apart by so many blank lines. */
const MAX_BLANK_LINES = 2;

/**
 * The edits that tidy the blanks of one file; its includes are not followed.
 *
 * One blank stands between words, none before a comma, and none at the end of
 * a line. What continues a statement is indented by a tab, or by what the file
 * uses mostly. Columns that the author has aligned stay aligned. Comments,
 * order and line breaks stay, and so does all that smtpd could not read.
 *
 * The tokens are the same afterwards, and a second run changes nothing.
 */
export function formatText(path: string, text: string, { range, indent }: FormatOptions = {}): Edit[] {
  const lines = readLines(text, readPieces(path, text));
  const cells = findAlignment(text, lines);
  const unit = indent ?? findIndent(text, cells);
  placeCells(text, cells, ({ level }) => unit.width * level);
  const changes = editCells(text, cells, unit.text);
  for (const change of editLines(text, lines)) if (isChange(text, change)) changes.push(change);
  // At the start of a text the character is a byte-order mark, behind blanks it is a part of a word.
  const beforeMark = /^[ \t\n]+(?=\ufeff)/.exec(text)?.[0].length ?? 0;
  const kept = changes.filter(({ span }) => span.start >= beforeMark);
  return kept.filter(isWithin(text, range)).sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

const edit = (start: number, end: number, text: string): Edit => ({ span: { file: 0, start, end }, text });

/** The blanks before each cell. */
function editCells(text: string, cells: readonly Cell[], unit: string): Edit[] {
  const changes: Edit[] = [];
  for (const cell of cells) {
    const before = cell.previous?.end ?? cell.line.start;
    const old = text.slice(before, cell.start);
    const blanks = blanksBefore(cell, old, unit);
    // Most stay as they are, and there may be millions.
    if (blanks !== old) changes.push(edit(before, cell.start, blanks));
  }
  return changes;
}

function blanksBefore(cell: Cell, old: string, unit: string): string {
  const { previous, column, newColumn } = cell;
  if (!cell.isAligned) return previous ? " ".repeat(cell.blanks) : unit.repeat(cell.line.level);
  const from = previous?.newEndColumn ?? 0;
  const stays = from === (previous?.endColumn ?? 0) && newColumn === column;
  return stays ? old : padding(from, newColumn, old.includes("\t"));
}

const isChange = (text: string, { span, text: replacement }: Edit) => text.slice(span.start, span.end) !== replacement;

/** Blanks at the ends of lines, blank lines, and the end of the last line. */
function editLines(text: string, lines: readonly Line[]): Edit[] {
  const edits: Edit[] = [];
  const first = lines.findIndex(({ isBlank }) => !isBlank);
  const last = lines.findLastIndex(({ isBlank }) => !isBlank);
  let blankLines = 0;
  for (const [number, line] of lines.entries()) {
    const next = lines[number + 1]?.start ?? text.length;
    blankLines = line.isBlank ? blankLines + 1 : 0;
    // A carriage return is no blank: smtpd refuses it, and it is not for the layout to change that.
    const isSpare = (number < first || number > last || blankLines > MAX_BLANK_LINES) && text[line.end] !== "\r";
    if (isSpare) edits.push(edit(line.start, next, ""));
    else if (!line.isFrozen) edits.push(edit(endOfContent(text, line), line.end, ""));
    if (number === last && line.end === text.length && line.cells.length > 0) {
      // Never a carriage return: smtpd takes one in a comment, and refuses it behind a statement.
      edits.push(edit(line.end, line.end, "\n"));
    }
  }
  return edits;
}

/** Where the text of a line ends; in a comment, blanks may keep a `\` or a carriage return from the end of the line. */
function endOfContent(text: string, line: Line): number {
  const last = line.cells.at(-1);
  if (!last) return line.start;
  if (last.kind !== "comment") return Math.min(last.end, line.end);
  let end = last.end;
  while (text[end - 1] === " " || text[end - 1] === "\t") end--;
  // smtpd skips the control characters that mark its macros.
  return /[\\\r\x01\x02]/.test(text[end - 1] ?? "") ? line.end : end;
}

/** What the file mostly indents by: a tab, or some blanks. */
function findIndent(text: string, cells: readonly Cell[]): Indent {
  const widths: number[] = [];
  for (const { line, start: cellStart, previous, group } of cells) {
    const { level, start } = line;
    if (previous || group || level === 0 || cellStart === start) continue;
    const width = text.slice(start, cellStart).includes("\t") ? 0 : (cellStart - start) / level;
    if (Number.isInteger(width)) widths.push(width);
  }
  return findMostUsed(widths);
}

/** True for edits of lines that the range touches; one that ends at the start of a line does not touch it. */
function isWithin(text: string, range: FormatOptions["range"]): (edit: Edit) => boolean {
  if (!range) return () => true;
  const start = text.slice(0, range.start).lastIndexOf("\n") + 1;
  const lastTouched = Math.max(range.start, range.end - 1);
  const lineEnd = text.indexOf("\n", lastTouched);
  const end = lineEnd === -1 ? text.length : lineEnd + 1;
  return ({ span }) => start <= span.start && span.end <= end;
}
