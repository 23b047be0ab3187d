import type { Span } from "@smtpdlint/grammar";
import type { Service } from "./lookup.ts";

/** Something of which nothing is known. */
export interface Unknown {
  /** What kind of thing is asked about; an action of which nothing is known nobody can assume anything about. */
  readonly topic: Topic | "action";
  /** Which one: the name of a user, the text that a condition compares, … */
  readonly about: string;
  /** The table that would answer: `<users>`. */
  readonly table?: string;
  /** Where its contents are, as written: `ldap:/etc/mail/ldap.conf`. */
  readonly source?: string | undefined;
}

/** A question that nothing known answers. Two with the same topic, `about`, table and service are the same. */
export interface Question<A extends string = string> extends Unknown {
  readonly topic: Topic;
  /** How the table is asked, for a condition. */
  readonly service?: Service;
  /** Where the configuration asks, the first time. */
  readonly place?: Span;
  /** What the answer may be, the most ordinary one first. */
  readonly answers: readonly A[];
}

/** What may be unknown: a condition of a match rule, what a table has under a key, a user, a file, … */
export type Topic =
  | "condition"
  | "table entry"
  | "user"
  | "forward file"
  | "include file"
  | "unread configuration"
  | "time"
  | "filter"
  | "password"
  | "sender"
  | "smarthost";

/** A question, and the answer that is assumed. */
export interface Assumption {
  readonly question: Question;
  readonly answer: string;
}

/** Answers questions for one way in which things may go; the same question always likewise. */
export class Assumptions {
  private readonly made = new Map<string, Assumption>();
  private ending: Unknown | undefined;

  /** `script` holds the answers to the first questions, by their places; behind it the first answer is taken. */
  constructor(private readonly script: readonly number[] = []) {}

  /** Those made so far, in their order. */
  get all(): readonly Assumption[] {
    return [...this.made.values()];
  }

  /** What ended the way, since nothing is known of it; undefined if nothing did. */
  get end(): Unknown | undefined {
    return this.ending;
  }

  endAt(unknown: Unknown): void {
    this.ending = unknown;
  }

  /** True if an answer is assumed of which nothing more is known than that it is so: there the way ends. */
  endsAt<A extends string>(question: Question<A>, answer: A): boolean {
    if (this.assume(question) !== answer) return false;
    this.endAt(question);
    return true;
  }

  assume<A extends string>(question: Question<A>): A {
    const key = keyOf(question);
    let assumption = this.made.get(key);
    if (!assumption) {
      const answer = question.answers[this.script[this.made.size] ?? 0] as A;
      assumption = { question, answer };
      this.made.set(key, assumption);
    }
    return assumption.answer as A;
  }
}

const keyOf = ({ topic, about, table, service }: Question) => [topic, about, table, service].join("\n");

/** A result, and the assumptions of which each list leads to it. */
export interface Alternative<T> {
  readonly result: T;
  readonly when: readonly (readonly Assumption[])[];
}

/** All that may come out of something; `complete` is false if there is more, which was not looked at. */
export interface Alternatives<T> {
  readonly alternatives: readonly Alternative<T>[];
  readonly complete: boolean;
}

/** More ways than this are not looked at. */
const mostWays = 64;

/**
 * Runs `run` in all ways that its unanswered questions allow, and joins those
 * whose results are equal by `identityOf`. It must do the same each time that
 * it gets the same answers.
 */
export function explore<T>(run: (assumptions: Assumptions) => T, identityOf: (result: T) => string): Alternatives<T> {
  const found = new Map<string, { result: T; ways: (readonly Assumption[])[] }>();
  let script: number[] | undefined = [];
  for (let ways = 0; script && ways < mostWays; ways++) {
    const assumptions: Assumptions = new Assumptions(script);
    const result = run(assumptions);
    // Most often there is one way, which nothing has to be compared with.
    if (ways === 0 && assumptions.all.length === 0) return { alternatives: [{ result, when: [[]] }], complete: true };
    const identity = identityOf(result);
    const same = found.get(identity);
    if (same) same.ways.push(assumptions.all);
    else found.set(identity, { result, ways: [assumptions.all] });
    script = nextScript(assumptions.all);
  }
  return {
    alternatives: [...found.values()].map(({ result, ways }) => ({ result, when: joinWays(ways) })),
    complete: script === undefined,
  };
}

/** The way after one: its last question that has another answer gets that. Undefined behind the last way. */
function nextScript(way: readonly Assumption[]): number[] | undefined {
  const places = way.map(({ question, answer }) => question.answers.indexOf(answer));
  const last = way.findLastIndex(({ question }, index) => (places[index] as number) + 1 < question.answers.length);
  return last === -1 ? undefined : [...places.slice(0, last), (places[last] as number) + 1];
}

/** Leaves out a question wherever each of its answers leads to the same. */
function joinWays(ways: readonly (readonly Assumption[])[]): readonly (readonly Assumption[])[] {
  let joined = [...ways];
  for (let again = true; again; ) {
    again = false;
    for (const way of joined) {
      for (const [index, { question }] of way.entries()) {
        const siblings = joined.filter((other) => differsOnlyAt(index, way, other));
        if (siblings.length < question.answers.length) continue;
        const rest = way.filter((_, at) => at !== index);
        joined = [...joined.filter((other) => !siblings.includes(other)), rest];
        again = true;
        break;
      }
      if (again) break;
    }
  }
  return joined;
}

/** True for two ways, or one and itself, that are the same but for the answer to one question. */
const differsOnlyAt = (index: number, way: readonly Assumption[], other: readonly Assumption[]) =>
  way.length === other.length &&
  way.every(({ question, answer }, at) => {
    const its = other[at] as Assumption;
    return keyOf(its.question) === keyOf(question) && (at === index || its.answer === answer);
  });
