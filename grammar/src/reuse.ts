import type { Config, Node, Statement } from "./ast.ts";
import type { MacroValue } from "./lexer.ts";
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
  /** The macros that it uses, in their order: as they were, and as they are in the new text. */
  readonly uses: ReadonlyMap<MacroUse, MacroUse>;
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

/** The statement as it stands in the new text; the earlier tree stays as it is, and shares with it what has not moved. */
export function moved({ statement, by, uses }: Reusable, index: number): Statement {
  const before = movementOf(statement);
  const origin = before?.origin ?? statement;
  const byInAll = (before?.by ?? 0) + by;
  // Since it was read, its macros may have moved several times.
  const all =
    before && uses.size > 0 ? new Map([...before.uses].map(([read, use]) => [read, uses.get(use) ?? use])) : uses;
  let isAsRead = byInAll === 0 && origin.index === index;
  for (const [read, now] of all) isAsRead &&= read === now;
  if (isAsRead) return origin;
  const Moved = classFor(origin);
  return new Moved({ origin, by: byInAll, uses: all, parts: undefined }, index) as unknown as Statement;
}

/** How a statement has come from where it was read to where it stands. */
interface Movement {
  readonly origin: Statement;
  readonly by: number;
  readonly uses: Reusable["uses"];
  /** Itself with parts of its own. */
  parts: Statement | undefined;
}

const movement = Symbol("movement");

const movementOf = (node: Node): Movement | undefined => (node as { readonly [movement]?: Movement })[movement];

/** A statement whose parts are moved when somebody looks at one: most questions are about a few statements. */
class MovedStatement {
  // Declared alone: to define them first takes as long as all the rest.
  declare readonly kind: Statement["kind"];
  declare readonly span: Span;
  declare readonly index: number;
  declare readonly broken: boolean;
  declare readonly [movement]: Movement;

  constructor(from: Movement, index: number) {
    this.kind = from.origin.kind;
    this.span = shiftedSpan(from.origin.span, from.by);
    this.index = index;
    this.broken = from.origin.broken;
    this[movement] = from;
  }
}

const classes = new Map<Statement["kind"], typeof MovedStatement>();

/** Statements of a kind have the same parts. */
function classFor(origin: Statement): typeof MovedStatement {
  const known = classes.get(origin.kind);
  if (known) return known;
  class Moved extends MovedStatement {}
  const inherited = new Set(["kind", "span", "index", "broken"]);
  for (const name of Object.keys(origin)) {
    if (inherited.has(name)) continue;
    const get = function (this: Statement) {
      return withOwnParts(this)[name as keyof Node];
    };
    Object.defineProperty(Moved.prototype, name, { enumerable: true, get });
  }
  classes.set(origin.kind, Moved);
  return Moved;
}

/** The node with parts of its own, which are quicker to go through. */
export function withOwnParts<T extends Node>(node: T): T {
  const from = movementOf(node);
  if (!from) return node;
  from.parts ??= { ...shifted(from.origin, from.by, from.uses), index: (node as Statement).index };
  return from.parts as T;
}

/**
 * The statement as it was read, perhaps from an earlier text of the file: it
 * says the same, elsewhere. What does not depend on the place can be kept by it.
 */
export const originOf = (statement: Statement): Statement => movementOf(statement)?.origin ?? statement;

/** A part of `originOf(statement)` as it stands in the statement. */
export function partIn<T extends Node | Span>(statement: Statement, part: T): T {
  const from = movementOf(statement);
  return from ? shifted(part, from.by, from.uses) : part;
}

/** A copy in which all spans are moved. Most nodes are leaves, and quicker to copy property by property. */
function shifted<T extends object>(value: T, by: number, uses: Reusable["uses"]): T {
  const node = value as unknown as Node | Span | MacroUse;
  if ("reference" in node) return (uses.get(node) ?? node) as unknown as T;
  if (!("kind" in node)) return shiftedSpan(node, by) as unknown as T;
  switch (node.kind) {
    case "keyword": {
      const { kind, span, word } = node;
      return { kind, span: shiftedSpan(span, by), word } as unknown as T;
    }
    case "text": {
      const { kind, span, value, quoted, macro, faulty } = node;
      const use = macro && (uses.get(macro) ?? macro);
      return { kind, span: shiftedSpan(span, by), value, quoted, macro: use, faulty } as unknown as T;
    }
    default: {
      const copy = { ...node } as unknown as Record<string, unknown>;
      for (const name in copy) {
        const child = copy[name];
        if (typeof child !== "object" || child === null) continue;
        copy[name] = Array.isArray(child) ? child.map((item) => shifted(item, by, uses)) : shifted(child, by, uses);
      }
      return copy as T;
    }
  }
}

const shiftedSpan = ({ file, start, end }: Span, by: number): Span => ({ file, start: start + by, end: end + by });
