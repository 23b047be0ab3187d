import { type Dimension, dimensions, type Test, type Verdict } from "./tests.ts";

/** What is left of a match rule: what it still asks, and what comes of a message that it takes. */
export interface Clause {
  readonly id: number;
  /** The same for clauses that ask the same. */
  readonly conditions: number;
  readonly tests: Readonly<Partial<Record<Dimension, Test>>>;
  /** Unknowns that have to be so, sorted. */
  readonly literals: readonly number[];
  readonly outcome: number;
}

/** Keeps clauses: equal ones of either side are one object, so that they can be told by their numbers. */
export class Clauses {
  private readonly byKey = new Map<string, Clause>();
  private readonly conditions = new Map<string, number>();
  private readonly rests = new Map<Dimension, Map<Clause, Clause>>();

  of(tests: Clause["tests"], literals: readonly number[], outcome: number): Clause {
    let key = "";
    for (const dimension of dimensions) key += `${tests[dimension]?.id ?? ""},`;
    if (literals.length > 0) key += literals.join();
    let conditions = this.conditions.get(key);
    if (conditions === undefined) {
      conditions = this.conditions.size;
      this.conditions.set(key, conditions);
    }
    const full = `${conditions} ${outcome}`;
    let clause = this.byKey.get(full);
    if (!clause) {
      clause = { id: this.byKey.size, conditions, tests, literals, outcome };
      this.byKey.set(full, clause);
    }
    return clause;
  }

  /** What is left once a test is decided; undefined if nothing is. */
  rest(clause: Clause, dimension: Dimension, verdict: Verdict): Clause | undefined {
    if (verdict === false) return undefined;
    const { next, literals: unknown } = verdict;
    if (next || unknown) {
      const tests = { ...clause.tests };
      const later = clause.tests[dimension]?.later;
      delete tests[dimension];
      if (next && later) tests[later] = next;
      const literals = [...new Set([...clause.literals, ...(unknown ?? [])])].sort((a, b) => a - b);
      if (literals.some((literal) => literals.includes(literal ^ 1))) return undefined;
      return this.of(tests, literals, clause.outcome);
    }
    let rests = this.rests.get(dimension);
    if (!rests) {
      rests = new Map();
      this.rests.set(dimension, rests);
    }
    let rest = rests.get(clause);
    if (!rest) {
      const { [dimension]: _decided, ...tests } = clause.tests;
      rest = this.of(tests, clause.literals, clause.outcome);
      rests.set(clause, rest);
    }
    return rest;
  }

  /** What is left once an unknown is decided. */
  restOf(clause: Clause, literal: number): Clause | undefined {
    if (clause.literals.includes(literal ^ 1)) return undefined;
    if (!clause.literals.includes(literal)) return clause;
    return this.of(
      clause.tests,
      clause.literals.filter((one) => one !== literal),
      clause.outcome,
    );
  }
}

/** True for a clause that takes all. */
export const isLast = ({ tests, literals }: Clause): boolean =>
  literals.length === 0 && dimensions.every((dimension) => tests[dimension] === undefined);

/** The clauses in their order without those that no message gets to, and those at the end that change nothing. */
export function reduced(clauses: readonly Clause[], noMatch: number): readonly Clause[] {
  const seen = new Set<number>();
  const kept: Clause[] = [];
  let final = noMatch;
  for (const clause of clauses) {
    if (seen.has(clause.conditions)) continue;
    if (isLast(clause)) {
      final = clause.outcome;
      break;
    }
    seen.add(clause.conditions);
    kept.push(clause);
  }
  while (kept.at(-1)?.outcome === final) kept.pop();
  return final === noMatch ? kept : [...kept, clauseFor(final)];
}

const finals = new Map<number, Clause>();

/** The clause that takes all, of whatever store. */
function clauseFor(outcome: number): Clause {
  let clause = finals.get(outcome);
  if (!clause) {
    clause = { id: -1 - outcome, conditions: -1, tests: {}, literals: [], outcome };
    finals.set(outcome, clause);
  }
  return clause;
}
