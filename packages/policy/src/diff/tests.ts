/**
 * What is asked of a message, in the order in which it is decided: of the
 * domain first, which tells most rules apart. `way` is the listener or the
 * socket by which it comes.
 */
export const dimensions = [
  "domain",
  "way",
  "source",
  "user",
  "rdns",
  "helo",
  "senderDomain",
  "sender",
  "recipient",
] as const;
export type Dimension = (typeof dimensions)[number];

/**
 * What is decided of a test once something is chosen in its dimension: it fails
 * (`false`), it holds, or a rest is left to be asked in a later dimension, or
 * depends on something that nobody can decide from names alone.
 */
export type Verdict = false | { readonly next?: Test; readonly literals?: readonly number[] };

export const holds: Verdict = {};

/** One thing that a match rule asks. Equal tests, of either side, are one object. */
export interface Test {
  readonly id: number;
  /** Where `next` of its verdicts is asked. */
  readonly later?: Dimension;
  /** What it says of all choices but some, by their numbers. */
  effect(): Effect;
}

export interface Effect {
  readonly fallback: Verdict;
  readonly exceptions: ReadonlyMap<number, Verdict>;
}

/** A verdict that depends on one unknown. */
export const depends = (literal: number, negated: boolean): Verdict => ({
  literals: [negated ? literal ^ 1 : literal],
});

/** Turns an effect around that leaves nothing to be asked later. */
export function negated({ fallback, exceptions }: Effect): Effect {
  return {
    fallback: negate(fallback),
    exceptions: new Map(Array.from(exceptions, ([number, verdict]) => [number, negate(verdict)])),
  };
}

function negate(verdict: Verdict): Verdict {
  if (verdict === false) return holds;
  const [literal] = verdict.literals ?? [];
  return literal !== undefined && depends(literal, true);
}

/** What holds if both of two effects do; one of them at most leaves something to be asked later. */
export function both(one: Effect, other: Effect): Effect {
  const numbers = new Set([...one.exceptions.keys(), ...other.exceptions.keys()]);
  const at = ({ fallback, exceptions }: Effect, number: number) => exceptions.get(number) ?? fallback;
  return {
    fallback: and(one.fallback, other.fallback),
    exceptions: new Map(Array.from(numbers, (number) => [number, and(at(one, number), at(other, number))])),
  };
}

function and(one: Verdict, other: Verdict): Verdict {
  if (one === false || other === false) return false;
  const next = one.next ?? other.next;
  const literals = [...(one.literals ?? []), ...(other.literals ?? [])];
  return { ...(next && { next }), ...(literals.length > 0 && { literals }) };
}

/** Keeps tests by what they ask. */
export class Tests {
  private readonly byKey = new Map<string, Test>();

  of(key: string, effect: () => Effect, later?: Dimension): Test {
    let test = this.byKey.get(key);
    if (!test) {
      let found: Effect | undefined;
      const made: Test = {
        id: this.byKey.size + 1,
        ...(later && { later }),
        effect() {
          found ??= effect();
          return found;
        },
      };
      test = made;
      this.byKey.set(key, test);
    }
    return test;
  }
}

/** Something that may be or not be, for all that names can tell: whether an expression or an unread table has a text. */
export interface Unknown {
  readonly property: string;
  /** How the table is called, or the expressions that it holds. */
  readonly table: string;
  readonly regex: boolean;
  readonly isRead: boolean;
}

/** The unknowns of both sides. A literal is twice the number of one, plus 1 if it is not so. */
export class Unknowns {
  readonly all: Unknown[] = [];
  private readonly byKey = new Map<string, number>();

  literal(unknown: Unknown): number {
    const key = `${unknown.property} ${unknown.regex} ${unknown.table}`;
    let number = this.byKey.get(key);
    if (number === undefined) {
      number = this.all.push(unknown) - 1;
      this.byKey.set(key, number);
    }
    return 2 * number;
  }
}

/** A test for some choices. */
export const only = (numbers: readonly number[]): Effect => ({
  fallback: false,
  exceptions: new Map(numbers.map((number) => [number, holds])),
});

/** A test for all choices but some. */
export const allBut = (numbers: readonly number[]): Effect => ({
  fallback: holds,
  exceptions: new Map(numbers.map((number) => [number, false])),
});
