import type { Node, Statement } from "./ast.ts";
import type { Span } from "./span.ts";
import type { MacroUse } from "./tokens.ts";

/** The macros that a statement uses, in their order: as they were, and as they are now. */
export type MovedUses = ReadonlyMap<MacroUse, MacroUse>;

/** The statement as it stands in the new text; the earlier tree stays as it is, and shares with it what has not moved. */
export function moved(statement: Statement, by: number, uses: MovedUses, index: number): Statement {
  if (by === 0 && statement.index === index && areSame(uses)) return statement;
  const before = movementOf(statement);
  const origin = before?.origin ?? statement;
  const byInAll = (before?.by ?? 0) + by;
  // Since it was read, its macros may have moved several times.
  const all =
    before && uses.size > 0 ? new Map([...before.uses].map(([read, use]) => [read, uses.get(use) ?? use])) : uses;
  if (byInAll === 0 && origin.index === index && areSame(all)) return origin;
  const Moved = classFor(origin);
  return new Moved({ origin, by: byInAll, uses: all, parts: undefined }, index) as unknown as Statement;
}

function areSame(uses: MovedUses): boolean {
  for (const [before, after] of uses) if (before !== after) return false;
  return true;
}

/** How a statement has come from where it was read to where it stands. */
interface Movement {
  readonly origin: Statement;
  readonly by: number;
  readonly uses: MovedUses;
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
export const originOf = <T extends Statement>(statement: T): T => (movementOf(statement)?.origin ?? statement) as T;

/** A part of `originOf(statement)` as it stands in the statement. */
export function partIn<T extends Node | Span>(statement: Statement, part: T): T {
  const from = movementOf(statement);
  return from ? shifted(part, from.by, from.uses) : part;
}

/** A copy in which all spans are moved. Most nodes are leaves, and quicker to copy property by property. */
function shifted<T extends object>(value: T, by: number, uses: MovedUses): T {
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

/** The span so many characters further on in its file, or back if `by` is negative. */
export const shiftedSpan = ({ file, start, end }: Span, by: number): Span => ({
  file,
  start: start + by,
  end: end + by,
});
