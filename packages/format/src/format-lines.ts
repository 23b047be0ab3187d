import { type Edit, type MacroUse, parse, type ReadStatement, type Span, type Statement } from "@smtpdlint/grammar";
import { findMostUsed, type Indent } from "./columns.ts";
import { formatText } from "./format.ts";

/** A file that was read, as far as the layout of some of its lines depends on it. */
export interface ReadFile {
  readonly path: string;
  readonly text: string;
  /** Those of the file, in their order. */
  readonly statements: readonly Statement[];
  /** The same. */
  readonly macroUses: readonly MacroUse[];
}

/** So many statements around lines may be aligned with them. */
const neighbours = 30;

/**
 * The edits that tidy some lines, as `formatText` does, without reading more than the statements around them.
 * `range` are offsets.
 */
export function formatLines(file: ReadFile, range: Omit<Span, "file">): Edit[] {
  const { text, statements } = file;
  let first = statements.findIndex(({ span }) => span.end >= range.start);
  let last = statements.findLastIndex(({ span }) => span.start <= range.end);
  if (first === -1) first = Math.max(0, statements.length - 1);
  // Blank lines end what belongs together.
  const isApart = (above: number) => {
    const [one, other] = [statements[above], statements[above + 1]];
    return !one || !other || /\n[ \t\r]*\n/.test(text.slice(one.span.end, other.span.start));
  };
  for (let count = 0; count < neighbours && first > 0 && (count === 0 || !isApart(first - 1)); count++) first--;
  for (let count = 0; count < neighbours && last + 1 < statements.length; count++) {
    last++;
    if (count > 0 && isApart(last)) break;
  }
  // What precedes the first and follows the last of the file are comments and blank lines.
  const start = first > 0 ? lineStart(text, Math.min((statements[first] as Statement).span.start, range.start)) : 0;
  const next = last + 1 < statements.length ? text.indexOf("\n", (statements[last] as Statement).span.end) : -1;
  const end = next === -1 ? text.length : next + 1;
  const definitions = definitionsFor(file, start, end);
  const shift = start - definitions.length;
  const part = definitions + text.slice(start, end);
  const indent = indentOf(file);
  const moved = { start: range.start - shift, end: range.end - shift };
  return formatText(file.path, part, { range: moved, indent })
    .filter(({ span }) => span.start >= definitions.length)
    .map(({ span, text }) => ({ span: { ...span, start: span.start + shift, end: span.end + shift }, text }));
}

/**
 * The edits after a newline was typed before `start`, the offset of a line's start: of the line that it has ended, and
 * the indentation of the new one, by how deep it is in a statement.
 */
export function formatNewLine(file: ReadFile, start: number): Edit[] {
  const { text } = file;
  const newline = text.indexOf("\n", start);
  const end = newline === -1 ? text.length : newline;
  const isBlank = text.slice(start, end).trim() === "";
  const before = lineStart(text, start - 1);
  // Blank lines are most often typed to be filled.
  const edits = formatLines(file, { start: before, end: isBlank ? start - 1 : end }).filter(
    ({ span }) => !text.slice(span.start, span.end).includes("\n"),
  );
  // Of a new line that says something already only the indentation is new.
  const content = start + text.slice(start, end).search(/[^ \t]/);
  if (!isBlank) return edits.filter(({ span }) => span.start < start || span.end <= content);
  const blanks = indentOf(file).text.repeat(depthAt(file, start));
  if (text.slice(start, end) === blanks || text[end - 1] === "\r") return edits;
  return [...edits, { span: { file: 0, start, end }, text: blanks }];
}

/** How deep a line would be indented that starts at an offset: in the braces that are open there, or behind a `\`. */
function depthAt({ text, statements }: ReadFile, offset: number): number {
  const from = statements.findLast(({ span }) => span.start < offset)?.span.start ?? 0;
  let last: ReadStatement | undefined;
  const part = text.slice(from, offset);
  const { config } = parse("", part, { onStatement: (read) => (last = read) });
  const { tokens = [] } = last ?? {};
  const closing = tokens.at(-1);
  // It ends where the text does, and not before.
  if (!last || !closing || closing.start < part.length) return 0;
  const isInComment = config.files[0]?.comments.some((comment) => comment.end >= part.length - 1 && /\\\n$/.test(part));
  if (isInComment) return 0;
  let depth = 0;
  for (const { tokenType } of tokens) {
    if (tokenType.name === "LBrace") depth++;
    else if (tokenType.name === "RBrace") depth = Math.max(0, depth - 1);
  }
  return depth === 0 && /\\\r?\n$/.test(part) ? 1 : depth;
}

/** The definitions of the macros that are used between two offsets, and of those that these use. */
function definitionsFor({ text, statements, macroUses }: ReadFile, start: number, end: number): string {
  const wanted = new Set<string>();
  const addUses = (from: number, to: number) => {
    for (const { name, reference } of macroUses) {
      if (from <= reference.start && reference.start < to) wanted.add(name);
    }
  };
  addUses(start, end);
  if (wanted.size === 0) return "";
  const definitions: string[] = [];
  for (const statement of statements.toReversed()) {
    const { kind, span, broken } = statement;
    if (kind !== "macro" || broken || span.start >= start || !wanted.has(statement.name.value)) continue;
    definitions.unshift(`${text.slice(span.start, span.end)}\n`);
    addUses(span.start, span.end);
  }
  return definitions.join("");
}

/** What most lines of a file are indented by that go on with a statement; `formatText` looks closer, which takes time. */
export function indentOf({ text, statements }: ReadFile): Indent {
  const widths: number[] = [];
  for (const { span } of statements) {
    for (const [, blanks = ""] of text.slice(span.start, span.end).matchAll(/\n([ \t]+)(?=[^ \t\n}])/g)) {
      widths.push(blanks.includes("\t") ? 0 : blanks.length);
    }
  }
  return findMostUsed(widths);
}

const lineStart = (text: string, offset: number) => (offset <= 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1);
