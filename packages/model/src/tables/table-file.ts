import { isAtLeast, isTemplateName, PLACEHOLDER, type Release, type SourceFile, type Span } from "@smtpdlint/grammar";

/**
 * A static table's file as smtpd loads it (util.c, parse_table_line;
 * table_static.c before 7.5). The entries are columns of offsets, and texts
 * are cut out when somebody asks: a file may have a million lines.
 */
export class TableFile {
  readonly kind: "list" | "mapping";
  /** The number of entries. */
  readonly size: number;
  /** The first line that a mapping cannot have; smtpd stops there and refuses the table. */
  readonly malformed: Span | undefined;

  private readonly text: string;
  private readonly keyStarts: Uint32Array;
  private readonly keyEnds: Uint32Array;
  private readonly valueStarts: Uint32Array;
  private readonly ends: Uint32Array;

  /**
   * Reads the entries of `source`. Before 7.6 a `[` had no meaning and a colon
   * could be followed by another. With `assumed`, for an editor in which a line
   * is being typed, the table has this kind, and what it cannot have is left out.
   */
  constructor(
    readonly source: SourceFile,
    target: Release,
    assumed?: TableFile["kind"],
  ) {
    const { id } = source;
    // Under another name, smtpd takes what stands there for keys and values.
    const isTemplate = source.template !== undefined && isTemplateName(source.path);
    const text = (isTemplate && source.template?.text) || source.text;
    this.text = text;
    const lines = countLines(text);
    this.keyStarts = new Uint32Array(lines);
    this.keyEnds = new Uint32Array(lines);
    this.valueStarts = new Uint32Array(lines);
    this.ends = new Uint32Array(lines);

    const since76 = isAtLeast(target, "7.6");
    let kind = assumed;
    let malformed: Span | undefined;
    let size = 0;
    for (const { start, end } of linesOf(text)) {
      if (text.startsWith("#", start)) {
        if (kind === undefined && text.slice(skip(text, start + 1, end, isSpace), end) === "@list") kind = "list";
        continue;
      }
      // A placeholder alone may stand for any lines.
      if (isTemplate && !text.slice(start, end).replaceAll(PLACEHOLDER, "")) continue;
      const keyEnd = findKeyEnd(text, start, end, since76);
      kind ??= keyEnd === end ? "list" : "mapping";
      const value = kind === "list" || keyEnd === undefined ? end : findValue(text, keyEnd, end, since76);
      if (keyEnd === undefined || (kind === "mapping" && value >= end)) {
        malformed ??= { file: id, start, end };
        if (assumed) continue;
        break;
      }
      this.keyStarts[size] = start;
      this.keyEnds[size] = kind === "list" ? end : keyEnd;
      this.valueStarts[size] = value;
      this.ends[size] = end;
      size++;
    }
    // An empty file is a mapping, for the sake of empty alias files.
    this.kind = kind ?? "mapping";
    this.size = size;
    this.malformed = malformed;
  }

  /** The key of an entry as written; smtpd compares keys in lower case. */
  key(index: number): string {
    return this.text.slice(this.keyStarts[index], this.keyEnds[index]);
  }

  /** True if a key is this one, which is in lower case. */
  includes(key: string): boolean {
    for (let index = 0; index < this.size; index++) {
      const length = (this.keyEnds[index] as number) - (this.keyStarts[index] as number);
      // Lower case can be longer.
      if (length <= key.length && this.key(index).toLowerCase() === key) return true;
    }
    return false;
  }

  /** The value of a mapping's entry; empty for a list. */
  value(index: number): string {
    return this.text.slice(this.valueStarts[index], this.ends[index]);
  }

  keySpan(index: number): Span {
    return this.span(this.keyStarts, this.keyEnds, index);
  }

  valueSpan(index: number): Span {
    return this.span(this.valueStarts, this.ends, index);
  }

  private span(starts: Uint32Array, ends: Uint32Array, index: number): Span {
    return { file: this.source.id, start: starts[index] as number, end: ends[index] as number };
  }
}

/** The lines without blanks around them and without what a NUL hides; empty ones are left out. */
function* linesOf(text: string): Generator<{ start: number; end: number }> {
  let nul = text.indexOf("\0");
  for (let lineStart = 0; lineStart < text.length; ) {
    const newline = text.indexOf("\n", lineStart);
    const lineEnd = newline === -1 ? text.length : newline;
    let end = lineEnd;
    if (nul !== -1 && nul < lineStart) nul = text.indexOf("\0", lineStart);
    if (nul !== -1 && nul < lineEnd) end = nul;
    const start = skip(text, lineStart, end, isSpace);
    while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
    if (start < end) yield { start, end };
    lineStart = lineEnd + 1;
  }
}

/** Where the key of a mapping's line ends; `end` if nothing follows it, undefined if a `[` is never closed. */
function findKeyEnd(text: string, start: number, end: number, brackets: boolean): number | undefined {
  if (brackets && text.startsWith("[", start)) {
    const close = text.indexOf("]", start);
    return close === -1 || close >= end ? undefined : close + 1;
  }
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (isBlank(code) || code === COLON) return at;
  }
  return end;
}

/** Where the value starts: one character parts it from the key, whatever it is, and blanks may follow. */
function findValue(text: string, keyEnd: number, end: number, since76: boolean): number {
  if (since76) return skip(text, keyEnd + 1, end, isBlank);
  let at = skip(text, keyEnd + 1, end, isSpace);
  while (text[at] === ":" && at + 1 < end && isSpace(text.charCodeAt(at + 1))) at = skip(text, at + 1, end, isSpace);
  return at;
}

function skip(text: string, from: number, end: number, isSkipped: (code: number) => boolean): number {
  let at = from;
  while (at < end && isSkipped(text.charCodeAt(at))) at++;
  return at;
}

const COLON = 0x3a;
const isBlank = (code: number) => code === 0x20 || code === 0x09;
/** isspace(3), a newline left out. */
const isSpace = (code: number) => isBlank(code) || code === 0x0b || code === 0x0c || code === 0x0d;

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
