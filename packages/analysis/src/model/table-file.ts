import { isAtLeast, type Release, type SourceFile, type Span } from "@smtpdlint/grammar";

/**
 * A static table's file as smtpd loads it (util.c, parse_table_line;
 * table_static.c before 7.5). Columns instead of objects: a file may have a
 * million lines.
 */
export interface TableFile {
  readonly source: SourceFile;
  readonly kind: "list" | "mapping";
  /** As written; smtpd compares them in lower case. */
  readonly keys: readonly string[];
  /** The values of a mapping, one a key; empty for a list. */
  readonly values: readonly string[];
  /** Where each key starts in the text. */
  readonly offsets: readonly number[];
  /** The first line that a mapping cannot have; smtpd stops there and refuses the table. */
  readonly malformed: Span | undefined;
}

/** Reads the entries of `source`. Before 7.6 a `[` had no meaning and a colon could be followed by another. */
export function readTableFile(source: SourceFile, target: Release): TableFile {
  const { text, id } = source;
  const splitEntry = isAtLeast(target, "7.6") ? splitSince76 : splitBefore76;
  const keys: string[] = [];
  const values: string[] = [];
  const offsets: number[] = [];
  let kind: TableFile["kind"] | undefined;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const lineEnd = newline === -1 ? text.length : newline;
    const lineStart = start;
    start = lineEnd + 1;

    let line = text.slice(lineStart, lineEnd);
    const nul = line.indexOf("\0");
    if (nul !== -1) line = line.slice(0, nul);
    const from = line.search(/[^ \t\v\f\r]/);
    if (from === -1) continue;
    line = line.slice(from).replace(/[ \t\v\f\r]+$/, "");
    const offset = lineStart + from;

    if (line.startsWith("#")) {
      if (kind === undefined && /^#[ \t\v\f\r]*@list$/.test(line)) kind = "list";
      continue;
    }
    const entry = kind === "list" ? { key: line, value: undefined } : splitEntry(line);
    kind ??= entry && entry.value === undefined ? "list" : "mapping";
    if (!entry || (kind === "mapping" && !entry.value)) {
      const malformed: Span = { file: id, start: offset, end: offset + line.length };
      return { source, kind, keys, values, offsets, malformed };
    }
    keys.push(kind === "list" ? line : entry.key);
    offsets.push(offset);
    if (kind === "mapping") values.push(entry.value as string);
  }
  // An empty file is a mapping, for the sake of empty alias files.
  return { source, kind: kind ?? "mapping", keys, values, offsets, malformed: undefined };
}

/** Key and rest of a line; no value at all if nothing separates them; undefined if malformed. */
type Split = { key: string; value: string | undefined } | undefined;

function splitSince76(line: string): Split {
  let end = line.search(/[ \t:]/);
  if (line.startsWith("[")) {
    end = line.indexOf("]") + 1;
    if (end === 0) return undefined;
    if (end === line.length) end = -1;
  }
  if (end === -1) return { key: line, value: undefined };
  return { key: line.slice(0, end), value: line.slice(end + 1).replace(/^[ \t]+/, "") };
}

function splitBefore76(line: string): Split {
  const end = line.search(/[ \t:]/);
  if (end === -1) return { key: line, value: undefined };
  return { key: line.slice(0, end), value: line.slice(end + 1).replace(/^(?:[ \t\v\f\r]|:(?=[ \t\v\f\r]))+/, "") };
}
