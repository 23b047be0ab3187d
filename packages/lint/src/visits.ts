import type { Statement } from "@smtpdlint/grammar";
import { allLooks, type Looks } from "@smtpdlint/model";
import type { Past } from "@smtpdlint/policy";
import type { Rule } from "./rule.ts";

/** In place of what a rule has looked at: it has found something, and has to say it each time. */
export const found: Looks = allLooks + 1;

/** What rules have looked at beyond a statement, or `found`. */
export type LooksOfRules = ReadonlyMap<Rule, Looks>;

/** Rules, and what each has looked at beyond a statement; one object for what is the same. */
interface Looking {
  readonly rules: readonly { readonly rule: Rule; readonly looks: Looks }[];
  /** By the look at which it was true: the rules that have to look again now. */
  readonly due: Map<number, readonly Rule[]>;
  /** The look for which `due` was worked out. */
  now: number;
}

interface Kept {
  readonly looking: Looking;
  readonly at: number;
}

/** What is known of statements, each of which goes with the text that it was read from. */
export class Visits {
  private readonly kept = new WeakMap<Statement, Kept>();
  private readonly lookings = new Map<string, Looking>();
  private readonly numbers = new Map<Rule, number>();
  private readonly lists = new Map<string, readonly Rule[]>();

  constructor(private readonly rules: readonly Rule[]) {}

  isOf(rules: readonly Rule[]): boolean {
    return rules.length === this.rules.length && rules.every((rule, index) => rule === this.rules[index]);
  }

  /** The rules to which a statement has to be shown again; undefined if none has seen it. */
  dueFor(origin: Statement, history: Past): readonly Rule[] | undefined {
    const kept = this.kept.get(origin);
    if (!kept) return undefined;
    const { looking, at } = kept;
    if (looking.now !== history.now) {
      looking.due.clear();
      looking.now = history.now;
    }
    let due = looking.due.get(at);
    if (!due) {
      due = this.same(
        looking.rules
          .filter(({ looks }) => (looks & found) !== 0 || !history.holds({ looks, at }))
          .map(({ rule }) => rule),
      );
      looking.due.set(at, due);
    }
    return due;
  }

  /** Keeps what the rules have looked at to which a statement was shown, all or those that were `due`; for others holds what was kept. */
  keep(origin: Statement, shown: LooksOfRules, due: readonly Rule[], history: Past): void {
    const all = new Map<Rule, Looks>();
    for (const { rule, looks } of this.kept.get(origin)?.looking.rules ?? []) {
      if (!due.includes(rule)) all.set(rule, looks);
    }
    for (const [rule, looks] of shown) all.set(rule, looks);
    this.kept.set(origin, { looking: this.lookingOf(all), at: history.now });
  }

  private lookingOf(looks: LooksOfRules): Looking {
    const key = [...looks].map(([rule, looks]) => `${this.numberOf(rule)}:${looks}`).join();
    let looking = this.lookings.get(key);
    if (!looking) {
      looking = { rules: [...looks].map(([rule, looks]) => ({ rule, looks })), due: new Map(), now: 0 };
      this.lookings.set(key, looking);
    }
    return looking;
  }

  /** The list itself for the same rules. */
  private same(rules: readonly Rule[]): readonly Rule[] {
    const key = rules.map((rule) => this.numberOf(rule)).join();
    const known = this.lists.get(key) ?? rules;
    this.lists.set(key, known);
    return known;
  }

  private numberOf(rule: Rule): number {
    const number = this.numbers.get(rule) ?? this.numbers.size;
    this.numbers.set(rule, number);
    return number;
  }
}
