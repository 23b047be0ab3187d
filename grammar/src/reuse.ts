import type { Config, Statement } from "./ast.ts";
import type { MacroValue } from "./lexer.ts";
import { type MovedUses, moved, originOf, partIn, shiftedSpan } from "./moved.ts";
import type { Span } from "./span.ts";
import type { MacroUse, Token } from "./tokens.ts";

/** What takes statements over. */
export interface Taker {
  readonly statements: Statement[];
  /** Of the main file. */
  readonly comments: Span[];
  readonly macroUses: MacroUse[];
  /** Those in force. */
  readonly macros: ReadonlyMap<string, MacroValue>;
  /** Brings a macro into force. */
  define(name: string, value: MacroValue): void;
}

/** How far statements were taken over. */
export interface Taken {
  /** The offset after the end of the last one's line, in the new text. */
  readonly end: number;
  /** So many characters their macros stand for. */
  readonly expanded: number;
}

/** Characters that make the lexer look twice, or of which a tree does not tell: then a statement is read anew. */
const special = /\\(?!\n)|[\r\0\x01\x02\ufeff]/g;
const backslash = 0x5c;

/** The text of a macro that is more than words: quotes and the like may go on behind it. */
const specialInMacro = /[\\\r\n\0\x01\x02\ufeff$#"'{}=]/;

/**
 * The statements of a file before an edit, as far as they are in front of what
 * has changed, or behind it: where the lexer comes to the start of one with
 * nothing left over from before, it is what reading would make again, if its
 * macros stand for what they stood for, and so are those that follow.
 */
export class Unchanged {
  private readonly statements: readonly Statement[];
  private readonly comments: readonly Span[];
  private readonly uses: readonly MacroUse[];
  private readonly before: string;
  /** So many characters at the start and at the end are the same. */
  private readonly prefix: number;
  private readonly suffix: number;
  private next = 0;
  private nextComment = 0;
  private nextUse = 0;
  /** The first special character behind the place that was asked about last. */
  private nextSpecial = -1;
  /** What macros stood for, by the places of their definitions. */
  private values: Map<number, string> | undefined;

  constructor(
    private readonly previous: Config,
    private readonly text: string,
  ) {
    const { statements, files, macroUses } = previous;
    this.statements = statements.filter(({ span }) => span.file === 0);
    this.comments = files[0]?.comments ?? [];
    this.uses = macroUses.filter(({ reference }) => reference.file === 0);
    this.before = files[0]?.text ?? "";
    const most = Math.min(this.before.length, text.length);
    this.prefix = commonStart(this.before, text, most);
    this.suffix = commonEnd(this.before, text, most - this.prefix);
  }

  /**
   * Hands over the statement that starts with a token, and those behind it up to
   * what has changed; undefined if there is none. Tokens must come in their
   * order. `room` is how many characters macros may still stand for.
   */
  take(first: Token, taker: Taker, room: number): Taken | undefined {
    if (first.file !== 0 || first.macro) return undefined;
    const isBefore = first.start < this.prefix;
    const by = isBefore ? 0 : this.text.length - this.before.length;
    const start = first.start - by;
    if (!isBefore && start < this.before.length - this.suffix) return undefined;
    const limit = isBefore ? this.prefix : this.before.length;
    while ((this.statements[this.next]?.span.start ?? Number.POSITIVE_INFINITY) < start) this.next++;
    if (this.statements[this.next]?.span.start !== start) return undefined;
    while ((this.comments[this.nextComment]?.start ?? start) < start) this.nextComment++;
    while ((this.uses[this.nextUse]?.reference.start ?? start) < start) this.nextUse++;
    let at = start;
    let expanded = 0;
    for (;;) {
      const statement = this.statements[this.next];
      const end = statement ? this.plainEnd(statement, at) : undefined;
      if (!statement || end === undefined || end > limit) break;
      const used = this.usesUntil(end, by, taker.macros);
      if (!used || expanded + used.expanded > room) break;
      expanded += used.expanded;
      this.nextUse += used.uses.size;
      for (const use of used.uses.values()) taker.macroUses.push(use);
      const taken = moved(statement, by, used.uses, taker.statements.length);
      taker.statements.push(taken);
      const asRead = originOf(taken);
      if (asRead.kind === "macro" && asRead.value) {
        const { value, span } = asRead.value;
        taker.define(asRead.name.value, { text: value, definition: partIn(taken, span) });
      }
      this.next++;
      at = end;
    }
    if (at === start) return undefined;
    for (; (this.comments[this.nextComment]?.start ?? at) < at; this.nextComment++) {
      const comment = this.comments[this.nextComment] as Span;
      taker.comments.push(by === 0 ? comment : shiftedSpan(comment, by));
    }
    return { end: at + by, expanded };
  }

  /** The offset after the line of a statement, if nothing from `from` up to there can be read in two ways. */
  private plainEnd({ kind, broken, span }: Statement, from: number): number | undefined {
    // Includes change how what follows is read.
    if (broken || kind === "include" || kind === "unknown") return undefined;
    const end = this.before.indexOf("\n", span.end) + 1;
    if (this.nextSpecial < from) {
      special.lastIndex = from;
      this.nextSpecial = special.exec(this.before)?.index ?? this.before.length;
    }
    // A line that goes on behind the statement may be anything.
    const goesOn = end - 2 >= span.end && this.before.charCodeAt(end - 2) === backslash;
    return end === 0 || end > this.nextSpecial || goesOn ? undefined : end;
  }

  /** The next uses of macros up to a place; undefined if one has changed, or is none that can be taken over. */
  private usesUntil(
    end: number,
    by: number,
    macros: ReadonlyMap<string, MacroValue>,
  ): { readonly uses: MovedUses; readonly expanded: number } | undefined {
    let at = this.nextUse;
    if ((this.uses[at]?.reference.start ?? end) >= end) return noUses;
    const uses = new Map<MacroUse, MacroUse>();
    let expanded = 0;
    for (; (this.uses[at]?.reference.start ?? end) < end; at++) {
      const use = this.uses[at] as MacroUse;
      const { name, reference, definition } = use;
      const value = macros.get(name);
      if (!value || (definition === undefined) !== (value.definition === undefined)) return undefined;
      if ((definition && value.text !== this.valueAt(definition)) || specialInMacro.test(value.text)) return undefined;
      expanded += value.text.length;
      const isAsBefore = by === 0 && definition?.start === value.definition?.start;
      const moved = { name, reference: shiftedSpan(reference, by), definition: value.definition };
      uses.set(use, isAsBefore && definition?.file === value.definition?.file ? use : moved);
    }
    return { uses, expanded };
  }

  private valueAt({ file, start }: Span): string | undefined {
    if (!this.values) {
      this.values = new Map();
      for (const statement of this.previous.statements) {
        const asRead = originOf(statement);
        const value = asRead.kind === "macro" ? asRead.value : undefined;
        if (value) this.values.set(keyOf(partIn(statement, value.span)), value.value);
      }
    }
    return this.values.get(keyOf({ file, start }));
  }
}

const noUses = { uses: new Map<MacroUse, MacroUse>(), expanded: 0 };

/** A file has fewer characters than that. */
const keyOf = ({ file, start }: Pick<Span, "file" | "start">) => file * 2 ** 32 + start;

/** Compared a block at a time, which is quicker than one by one. */
const blockLength = 4096;

function commonStart(one: string, other: string, most: number): number {
  let length = 0;
  while (
    length + blockLength <= most &&
    one.slice(length, length + blockLength) === other.slice(length, length + blockLength)
  ) {
    length += blockLength;
  }
  while (length < most && one.charCodeAt(length) === other.charCodeAt(length)) length++;
  return length;
}

function commonEnd(one: string, other: string, most: number): number {
  let length = 0;
  const [end, otherEnd] = [one.length, other.length];
  while (
    length + blockLength <= most &&
    one.slice(end - length - blockLength, end - length) ===
      other.slice(otherEnd - length - blockLength, otherEnd - length)
  ) {
    length += blockLength;
  }
  while (length < most && one.charCodeAt(end - length - 1) === other.charCodeAt(otherEnd - length - 1)) length++;
  return length;
}
