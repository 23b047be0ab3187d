import {
  applyEdits,
  type Edit,
  isAtLeast,
  isReserved,
  type Keyword,
  type legacy,
  type NumberLiteral,
  newestRelease,
  PLACEHOLDER,
  parse,
  type Release,
  type SourceFile,
  type Span,
  type TableExpression,
  type Text,
} from "@smtpdlint/grammar";
import { quoteText, writeText } from "@smtpdlint/model";
import type { Piece } from "./pieces.ts";

/**
 * Writes the texts of the old file as the new one needs them: as they stand,
 * macros too, unless a word has become reserved or quotes mean something else.
 */
export class Words {
  private readonly definitions: ReadonlyMap<string, Text>;

  constructor(
    private readonly files: readonly SourceFile[],
    statements: readonly legacy.Statement[],
    private readonly target: Release,
    private readonly outside: ReadonlyMap<string, string>,
    /** New values of macros, by the places of the old ones (see `keyOf`). */
    private readonly newValues: ReadonlyMap<string, string>,
  ) {
    this.definitions = new Map(
      statements.flatMap((statement) =>
        statement.kind === "macro" && statement.value ? [[keyOf(statement.value.span), statement.value]] : [],
      ),
    );
  }

  /** The text of the old file at a place. */
  slice({ file, start, end }: Span): string {
    return this.files[file]?.text.slice(start, end) ?? "";
  }

  /** A line of these parts. Columns and continued lines stay where two parts stand next to each other in the old file, too. */
  join(parts: readonly Piece[]): string {
    let line = "";
    let before: Piece | undefined;
    for (const part of parts) {
      if (before) line += this.between(before, part) ?? " ";
      line += part.text;
      before = part;
    }
    return line;
  }

  private between({ from: one }: Piece, { from: other }: Piece): string | undefined {
    if (!one || !other || one.file !== other.file || other.start <= one.end) return undefined;
    const blanks = this.slice({ ...one, start: one.end, end: other.start });
    return /^(?:[ \t]|\\\n)+$/.test(blanks) ? blanks : undefined;
  }

  /** True if the word cannot stand without quotes in the target, or in the newest release. */
  isReserved(word: string): boolean {
    return isReserved(word, this.target) || isReserved(word, newestRelease);
  }

  /** A keyword of the new language that takes the place of an old one. */
  keyword(old: Keyword, word: string = old.word): Piece {
    return { text: word, from: old.span };
  }

  number(node: NumberLiteral): Piece {
    return { text: node.macro ? node.text : this.slice(node.span), from: node.span };
  }

  text(node: Text): Piece {
    return { text: this.write(node), from: node.span };
  }

  /** A text of ours. */
  written(value: string): string {
    return writeText(value, this.isReserved(value)) ?? `"${value}"`;
  }

  /** A text of ours that stands in quotes whatever it is. */
  quoted(value: string): string {
    return quoteText(value) ?? `"${value}"`;
  }

  private write(node: Text): string {
    const { value, span, macro, quoted } = node;
    const source = this.slice(span);
    // What a template puts in is not known.
    if (value.includes(PLACEHOLDER)) return source;
    if (macro) return this.keepsMacro(node) ? source : this.writtenAs(value, undefined);
    if (quoted) return /\\[ \t]/.test(source) ? this.quoted(value) : source;
    return source === value && !this.isReserved(value) ? source : this.writtenAs(value, source);
  }

  private writtenAs(value: string, source: string | undefined): string {
    const isPlain = source === undefined || source === value;
    return isPlain ? this.written(value) : this.quoted(value);
  }

  /** True if `$name` stands for this text and no more, today as well. */
  private keepsMacro({ value, span, macro }: Text): boolean {
    if (!macro) return false;
    const raw = this.rawValue(macro.name, macro.definition);
    if (raw === undefined) return false;
    const glued = this.slice(span).slice(macro.name.length + 1);
    const isQuoted = glued === "" && raw.length > 1 && raw === `"${value}"`;
    return isQuoted || (raw + glued === value && !this.isReserved(value));
  }

  private rawValue(name: string, definition: Span | undefined): string | undefined {
    if (!definition) return this.outside.get(name);
    const key = keyOf(definition);
    return this.newValues.has(key) ? undefined : this.definitions.get(key)?.value;
  }

  table(node: TableExpression): Piece {
    const from = node.span;
    if (node.kind === "single-value") return this.text(node.text);
    if (node.kind === "table-reference") {
      const name = node.name;
      return { text: name ? `<${this.write(name)}>` : this.slice(from), from };
    }
    const leaves = node.entries.flatMap(({ key, value }) => (value ? [key, value] : [key]));
    const isOneMacro = leaves.every(({ span, macro }) => macro && keyOf(span) === keyOf(from));
    if (isOneMacro && leaves.every(({ value, quoted }) => quoted || !this.isReserved(value)))
      return { text: this.slice(from), from };
    if (leaves.some(({ span, macro }) => macro && leaves.filter((leaf) => keyOf(leaf.span) === keyOf(span)).length > 1))
      return { text: this.list(node), from };
    const edits: Edit[] = leaves
      .map((leaf) => ({ span: leaf.span, text: this.write(leaf) }))
      .filter(({ span, text }) => text !== this.slice(span));
    const list = this.edited(from, edits);
    if (!list.includes("\n")) return { text: list, from };
    // How a list may go over lines has changed in 7.5, and before that no comment could stand in one.
    const continued = list.includes("#") ? [] : [list.replace(/[ \t]*\\?\n/g, " \\\n")];
    const hasMacro = leaves.some(({ macro }) => macro);
    const text = [list, ...continued].find((choice) => !hasMacro && this.isTable(choice)) ?? this.list(node);
    return { text, from };
  }

  private isTable(list: string): boolean {
    const { config, problems } = parse("", `table x ${list}\n`, { target: this.target });
    const [table] = config.statements;
    const hasLineBreaks = table?.kind === "table" && (table.inline?.lineBreaks.length ?? 0) > 0;
    return problems.length === 0 && (isAtLeast(this.target, "7.5") || !hasLineBreaks);
  }

  /** The entries of a table on one line. */
  list({ entries }: { readonly entries: Extract<TableExpression, { kind: "inline-table" }>["entries"] }): string {
    const written = entries.map(({ key, value }) =>
      value ? `${this.write(key)} = ${this.write(value)}` : this.write(key),
    );
    return `{ ${written.join(", ")} }`;
  }

  private edited(from: Span, edits: readonly Edit[]): string {
    const shift = ({ file, start, end }: Span) => ({ file, start: start - from.start, end: end - from.start });
    return applyEdits(
      this.slice(from),
      edits.map(({ span, text }) => ({ span: shift(span), text })),
    );
  }

  /** The name of a pki or ca: today a reference is compared as it is written, with names in lower case. */
  lower(node: Text): Piece {
    const name = node.value.toLowerCase();
    return name === node.value || name.includes(PLACEHOLDER)
      ? this.text(node)
      : { text: this.written(name), from: node.span };
  }

  /** True if a macro alone stands there to which the new file gives another value. */
  hasNewValue({ macro, span }: Text): boolean {
    return macro?.definition !== undefined && this.newValues.has(keyOf(macro.definition)) && this.isAlone(span);
  }

  /** The value that the new file gives a macro, if it is another one. */
  newValue({ span }: Text): Piece | undefined {
    const value = this.newValues.get(keyOf(span));
    return value === undefined ? undefined : { text: this.quoted(value), from: span };
  }

  private isAlone(span: Span): boolean {
    return /^\$\w+$/.test(this.slice(span));
  }
}

/** A place as the key of a map. */
export const keyOf = ({ file, start, end }: Span) => `${file}:${start}:${end}`;
