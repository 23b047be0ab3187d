import type { Config, Statement } from "./ast.ts";
import type { MacroValue } from "./lexer.ts";
import { type MovedUses, shiftedSpan } from "./moved.ts";
import type { Span } from "./span.ts";
import type { MacroUse, Token } from "./tokens.ts";

/** A statement of an earlier text that stands in the new one. */
export interface Reusable {
  readonly statement: Statement;
  /** By so much it has moved. */
  readonly by: number;
  /** The offset after the end of its line, in the new text. */
  readonly end: number;
  /** The comments up to there, in the new text. */
  readonly comments: readonly Span[];
  readonly uses: MovedUses;
  /** So many characters they stand for. */
  readonly expanded: number;
}

/** Characters that make the lexer look twice, or of which a tree does not tell: then a statement is read anew. */
const special = /\\(?!\n)|[\r\0\x01\x02\ufeff]/;

/** The text of a macro that is more than words: quotes and the like may go on behind it. */
const specialInMacro = /[\\\r\n\0\x01\x02\ufeff$#"'{}=]/;

/**
 * The statements of a file before an edit, as far as they are in front of what
 * has changed, or behind it: where the lexer comes to the start of one with
 * nothing left over from before, it is what reading would make again, if its
 * macros stand for what they stood for.
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

  /** The statement that starts with a token; tokens must come in their order. `macros` are those in force. */
  find(first: Token, macros: ReadonlyMap<string, MacroValue>): Reusable | undefined {
    if (first.file !== 0 || first.macro) return undefined;
    const isBefore = first.start < this.prefix;
    const by = isBefore ? 0 : this.text.length - this.before.length;
    const start = first.start - by;
    while ((this.statements[this.next]?.span.start ?? Number.POSITIVE_INFINITY) < start) this.next++;
    const statement = this.statements[this.next];
    if (statement?.span.start !== start || !isPlain(statement)) return undefined;
    const lastWord = statement.span.end;
    const end = this.before.indexOf("\n", lastWord) + 1;
    const isSame = isBefore ? end <= this.prefix : start >= this.before.length - this.suffix;
    if (end === 0 || !isSame) return undefined;
    const line = this.before.slice(start, end);
    // A line that goes on behind the statement may be anything.
    if (special.test(line) || line.includes("\\", lastWord - start)) return undefined;
    const used = this.usesWithin(start, end, by, macros);
    if (!used) return undefined;
    // It moves, and is not compared with what comes next.
    this.next++;
    return { statement, by, end: end + by, comments: this.commentsWithin(start, end, by), ...used };
  }

  private commentsWithin(start: number, end: number, by: number): Span[] {
    while ((this.comments[this.nextComment]?.start ?? end) < start) this.nextComment++;
    const found: Span[] = [];
    for (; (this.comments[this.nextComment]?.start ?? end) < end; this.nextComment++) {
      const comment = this.comments[this.nextComment] as Span;
      found.push(by === 0 ? comment : shiftedSpan(comment, by));
    }
    return found;
  }

  /** Undefined if a macro has changed, or is none that can be taken over. */
  private usesWithin(
    start: number,
    end: number,
    by: number,
    macros: ReadonlyMap<string, MacroValue>,
  ): Pick<Reusable, "uses" | "expanded"> | undefined {
    while ((this.uses[this.nextUse]?.reference.start ?? end) < start) this.nextUse++;
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
        const value = statement.kind === "macro" ? statement.value : undefined;
        if (value) this.values.set(keyOf(value.span), value.value);
      }
    }
    return this.values.get(keyOf({ file, start }));
  }
}

const noUses = { uses: new Map<MacroUse, MacroUse>(), expanded: 0 };

/** A file has fewer characters than that. */
const keyOf = ({ file, start }: Pick<Span, "file" | "start">) => file * 2 ** 32 + start;

/** Includes change how what follows is read. */
const isPlain = ({ kind, broken }: Statement) => !broken && kind !== "include" && kind !== "unknown";

function commonStart(one: string, other: string, most: number): number {
  let length = 0;
  while (length < most && one.charCodeAt(length) === other.charCodeAt(length)) length++;
  return length;
}

function commonEnd(one: string, other: string, most: number): number {
  let length = 0;
  const [end, otherEnd] = [one.length - 1, other.length - 1];
  while (length < most && one.charCodeAt(end - length) === other.charCodeAt(otherEnd - length)) length++;
  return length;
}
