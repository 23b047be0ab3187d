import type { ChoiceSet } from "./choice-set.ts";
import { type Clause, type Clauses, isLast, reduced } from "./clauses.ts";
import { longestCommon } from "./longest-common.ts";
import { type Dimension, dimensions, type Effect, holds } from "./tests.ts";

/** Where two lists of clauses differ: nowhere, throughout, or for some choices. */
export type Decision =
  | undefined
  | { readonly kind: "leaf"; readonly old: number; readonly new: number }
  | { readonly kind: "choice"; readonly dimension: Dimension; readonly branches: readonly Branch[] }
  | { readonly kind: "unknown"; readonly unknown: number; readonly yes: Decision; readonly no: Decision };

export interface Branch {
  readonly choices: ChoiceSet;
  readonly decision: NonNullable<Decision>;
}

/** More steps than this are not made, nor so many unknowns asked one below the other. */
const mostSteps = 30_000_000;
const mostUnknowns = 1000;

export class TooManySteps extends Error {}

type List = readonly Clause[];

/**
 * Finds out for which messages two lists of clauses come to different
 * outcomes, by a decision diagram over both at once: one property after
 * another is decided, and what is left of both lists is compared. Equal pairs
 * of lists are looked at once, and a choice that none of the clauses asks for
 * in which the lists differ is not followed.
 */
export class Decider {
  private steps = 0;
  /** How many unknowns are being asked. */
  private unknowns = 0;
  private readonly known = new Map<string, Decision>();
  /** Equal decisions are one, by what they are made of. */
  private readonly kept = new Map<string, NonNullable<Decision>>();
  private readonly numbers = new Map<NonNullable<Decision>, number>();

  constructor(
    private readonly clauses: Clauses,
    private readonly noMatch: number,
    /** How many choices there are; undefined if there are others than those that are named. */
    private readonly countOf: (dimension: Dimension) => number | undefined,
  ) {}

  decide(before: List, after: List): Decision {
    return this.compare(reduced(before, this.noMatch), reduced(after, this.noMatch), 0);
  }

  private compare(before: List, after: List, depth: number): Decision {
    if (isSame(before, after)) return undefined;
    this.spend(before.length + after.length);
    const key = `${depth} ${idsOf(before)} ${idsOf(after)}`;
    if (this.known.has(key)) return this.known.get(key);
    const decision = this.find(before, after, depth);
    this.known.set(key, decision);
    return decision;
  }

  private find(before: List, after: List, depth: number): Decision {
    for (let at = depth; at < dimensions.length; at++) {
      const dimension = dimensions[at] as Dimension;
      const isAsked = ({ tests }: Clause) => tests[dimension] !== undefined;
      if (before.some(isAsked) || after.some(isAsked)) return this.branch(before, after, at);
    }
    const literal = [...before, ...after].find(({ literals }) => literals.length > 0)?.literals[0];
    if (literal !== undefined) {
      const count = commonUnknowns(before, after);
      return count > 0 ? this.passUnknowns(before, after, count) : this.branchUnknown(before, after, literal & ~1);
    }
    const leaf = { kind: "leaf", old: this.outcomeOf(before), new: this.outcomeOf(after) } as const;
    return leaf.old === leaf.new ? undefined : this.keep(`${leaf.old} ${leaf.new}`, leaf);
  }

  private keep(key: string, decision: NonNullable<Decision>): NonNullable<Decision> {
    let kept = this.kept.get(key);
    if (!kept) {
      kept = decision;
      this.kept.set(key, kept);
      this.numbers.set(kept, this.kept.size);
    }
    return kept;
  }

  private numberOf(decision: Decision): number {
    return decision ? (this.numbers.get(decision) ?? 0) : 0;
  }

  private outcomeOf(list: List): number {
    const [first] = list;
    return first && isLast(first) ? first.outcome : this.noMatch;
  }

  /** Lists that begin with the same clauses, of an unknown each: where they differ, none of these clauses takes the message. */
  private passUnknowns(before: List, after: List, count: number): Decision {
    const rest = (list: List) => reduced(list.slice(count), this.noMatch);
    let decision = this.compare(rest(before), rest(after), dimensions.length);
    for (const { literals } of before.slice(0, count).toReversed()) {
      const literal = literals[0] as number;
      const isNegated = literal % 2 === 1;
      decision = this.ofUnknown(literal >> 1, isNegated ? decision : undefined, isNegated ? undefined : decision);
    }
    return decision;
  }

  private branchUnknown(before: List, after: List, literal: number): Decision {
    if (++this.unknowns > mostUnknowns) throw new TooManySteps();
    const side = (list: List, value: number) =>
      reduced(
        list.flatMap((clause) => this.clauses.restOf(clause, value) ?? []),
        this.noMatch,
      );
    const end = dimensions.length;
    const no = this.compare(side(before, literal | 1), side(after, literal | 1), end);
    const yes = this.compare(side(before, literal), side(after, literal), end);
    this.unknowns--;
    return this.ofUnknown(literal >> 1, yes, no);
  }

  private ofUnknown(unknown: number, yes: Decision, no: Decision): Decision {
    if (yes === no) return no;
    return this.keep(`? ${unknown} ${this.numberOf(yes)} ${this.numberOf(no)}`, { kind: "unknown", unknown, yes, no });
  }

  private branch(before: List, after: List, at: number): Decision {
    const dimension = dimensions[at] as Dimension;
    // What the lists of exceptions take in memory counts as steps too.
    for (const { tests } of [...before, ...after]) this.spend(tests[dimension]?.effect().exceptions.size ?? 0);
    const sides = [new Side(before, dimension, this.clauses), new Side(after, dimension, this.clauses)] as const;
    const touched = this.touched(before, after, sides, dimension);
    const found = new Map<NonNullable<Decision>, Set<number>>();
    const put = (number: number, decision: Decision) => {
      if (!decision) return;
      const numbers = found.get(decision);
      if (numbers) numbers.add(number);
      else found.set(decision, new Set([number]));
    };
    const follow = (number: number) => {
      const [one, other] = [sides[0].listFor(number), sides[1].listFor(number)];
      this.spend(one.length + other.length);
      return this.compare(reduced(one, this.noMatch), reduced(other, this.noMatch), at + 1);
    };
    for (const number of touched.numbers) put(number, follow(number));
    const count = this.countOf(dimension);
    const hasOthers = touched.isAll && (count === undefined || touched.numbers.size < count);
    const others = hasOthers ? follow(-1) : undefined;
    const branches: Branch[] = [];
    for (const [decision, numbers] of found) {
      if (decision !== others) branches.push({ choices: { isOthers: false, numbers }, decision });
    }
    if (others) {
      const same = found.get(others) ?? new Set();
      const excluded = new Set([...touched.numbers].filter((number) => !same.has(number)));
      branches.push({ choices: { isOthers: true, numbers: excluded }, decision: others });
    }
    if (branches.length === 0) return undefined;
    const [first] = branches;
    if (first?.choices.isOthers && first.choices.numbers.size === 0) return first.decision;
    const parts = branches.map(
      ({ choices, decision }) => `${choices.isOthers} ${[...choices.numbers].sort()} ${this.numberOf(decision)}`,
    );
    return this.keep(`${dimension} ${parts.sort().join(";")}`, { kind: "choice", dimension, branches });
  }

  /** The choices for which the lists may come to differ: those of clauses that do not stand in both in the same order. */
  private touched(before: List, after: List, sides: readonly [Side, Side], dimension: Dimension) {
    const common = longestCommon(before, after);
    const differing = [before, after].flatMap((list, index) =>
      list.flatMap((clause, place) => (common.has(clause) ? [] : [(sides[index] as Side).effects[place] as Effect])),
    );
    const isAll = differing.some(({ fallback }) => fallback !== false);
    const effects = isAll ? sides.flatMap((side) => side.effects) : differing;
    const numbers = new Set<number>();
    for (const { exceptions } of effects) {
      this.spend(exceptions.size);
      for (const number of exceptions.keys()) numbers.add(number);
    }
    // Where all choices are named, those that no clause names are one of the others.
    const count = this.countOf(dimension);
    if (isAll && count !== undefined && numbers.size > count)
      throw new Error(`more choices than there are: ${dimension}`);
    return { numbers, isAll };
  }

  private spend(steps: number): void {
    this.steps += steps + 1;
    if (this.steps > mostSteps) throw new TooManySteps();
  }
}

/** One list, to be asked for many choices of a dimension. */
class Side {
  readonly effects: readonly Effect[];
  /** What is left where no exception holds, by place. */
  private readonly fallbacks: readonly (Clause | undefined)[];
  private readonly always: readonly number[];
  private readonly byChoice = new Map<number, Map<number, Clause | undefined>>();

  constructor(list: List, dimension: Dimension, clauses: Clauses) {
    this.effects = list.map(({ tests }) => tests[dimension]?.effect() ?? nothing);
    this.fallbacks = list.map((clause, place) =>
      clauses.rest(clause, dimension, (this.effects[place] as Effect).fallback),
    );
    this.always = [...list.keys()].filter((place) => this.fallbacks[place]);
    for (const [place, { exceptions }] of this.effects.entries()) {
      for (const [number, verdict] of exceptions) {
        let places = this.byChoice.get(number);
        if (!places) {
          places = new Map();
          this.byChoice.set(number, places);
        }
        places.set(place, clauses.rest(list[place] as Clause, dimension, verdict));
      }
    }
  }

  /** What is left of the list for a choice; -1 for one that no clause names. */
  listFor(number: number): Clause[] {
    const own = this.byChoice.get(number);
    if (!own) return this.always.map((place) => this.fallbacks[place] as Clause);
    const places = [...own.keys(), ...this.always.filter((place) => !own.has(place))].sort((a, b) => a - b);
    return places.flatMap((place) => (own.has(place) ? (own.get(place) ?? []) : (this.fallbacks[place] ?? [])));
  }
}

const nothing: Effect = { fallback: holds, exceptions: new Map() };

/** With how many of the same clauses both lists begin that have one unknown, which no other clause has. */
function commonUnknowns(before: List, after: List): number {
  const uses = new Map<number, number>();
  for (const { literals } of [...before, ...after]) {
    for (const literal of literals) uses.set(literal >> 1, (uses.get(literal >> 1) ?? 0) + 1);
  }
  const isOwn = ({ literals: [literal, more] }: Clause) =>
    literal !== undefined && more === undefined && uses.get(literal >> 1) === 2;
  let count = 0;
  for (; count < before.length && before[count] === after[count]; count++) if (!isOwn(before[count] as Clause)) break;
  return count;
}

const isSame = (one: List, other: List) =>
  one.length === other.length && one.every((clause, index) => clause === other[index]);

const idsOf = (list: List) => list.map(({ id }) => id).join();
