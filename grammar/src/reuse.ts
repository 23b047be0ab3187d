import type { Config, Node, Statement } from "./ast.ts";
import type { Span } from "./span.ts";
import type { Token } from "./tokens.ts";

/** A statement of an earlier text that stands in the new one. */
export interface Reusable {
  readonly statement: Statement;
  /** By so much it has moved. */
  readonly by: number;
  /** The offset after the end of its line, in the new text. */
  readonly end: number;
}

/** Characters that make the lexer look twice, or of which a tree does not tell: then a statement is read anew. */
const special = /[\\\r\0\x01\x02\ufeff$#]/;

/**
 * The statements of a file before an edit, as far as they are in front of what
 * has changed, or behind it: where the lexer comes to the start of one with
 * nothing left over from before, it is what reading would make again.
 */
export class Unchanged {
  private readonly statements: readonly Statement[];
  private readonly before: string;
  /** So many characters at the start and at the end are the same. */
  private readonly prefix: number;
  private readonly suffix: number;
  private next = 0;

  constructor(
    { statements, files }: Config,
    private readonly text: string,
  ) {
    this.statements = statements.filter(({ span }) => span.file === 0);
    this.before = files[0]?.text ?? "";
    const most = Math.min(this.before.length, text.length);
    this.prefix = commonStart(this.before, text, most);
    this.suffix = commonEnd(this.before, text, most - this.prefix);
  }

  /** The statement that starts with a token; tokens must come in their order. */
  find(first: Token): Reusable | undefined {
    if (first.file !== 0 || first.macro) return undefined;
    const isBefore = first.start < this.prefix;
    const by = isBefore ? 0 : this.text.length - this.before.length;
    const start = first.start - by;
    while ((this.statements[this.next]?.span.start ?? Number.POSITIVE_INFINITY) < start) this.next++;
    const statement = this.statements[this.next];
    if (statement?.span.start !== start || !isPlain(statement)) return undefined;
    const end = this.before.indexOf("\n", statement.span.end) + 1;
    const isSame = isBefore ? end <= this.prefix : start >= this.before.length - this.suffix;
    if (end === 0 || !isSame || special.test(this.before.slice(start, end))) return undefined;
    // It moves, and is not compared with what comes next.
    this.next++;
    return { statement, by, end: end + by };
  }
}

/** Macros and includes change how what follows is read. */
const isPlain = ({ kind, broken }: Statement) =>
  !broken && kind !== "macro" && kind !== "include" && kind !== "unknown";

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
export function moved({ statement, by }: Reusable, index: number): Statement {
  if (by !== 0) return { ...shifted(statement, by), index };
  return statement.index === index ? statement : { ...statement, index };
}

/** A copy in which all spans are moved. Most nodes are leaves, and quicker to copy property by property. */
function shifted<T extends object>(value: T, by: number): T {
  const node = value as unknown as Node | Span;
  if (!("kind" in node)) return shiftedSpan(node, by) as unknown as T;
  switch (node.kind) {
    case "keyword": {
      const { kind, span, word } = node;
      return { kind, span: shiftedSpan(span, by), word } as unknown as T;
    }
    case "text": {
      const { kind, span, value, quoted, macro, faulty } = node;
      return { kind, span: shiftedSpan(span, by), value, quoted, macro, faulty } as unknown as T;
    }
    default: {
      const copy = { ...node } as unknown as Record<string, unknown>;
      for (const name in copy) {
        const child = copy[name];
        if (typeof child !== "object" || child === null) continue;
        copy[name] = Array.isArray(child) ? child.map((item) => shifted(item, by)) : shifted(child, by);
      }
      return copy as T;
    }
  }
}

const shiftedSpan = ({ file, start, end }: Span, by: number): Span => ({ file, start: start + by, end: end + by });
