import { forEachChild, isPartKind, type Node, originOf, type Statement } from "@smtpdlint/grammar";
import { allLooks, type Looks, type Model, takeNoted, watch } from "@smtpdlint/model";
import type { History } from "./history.ts";
import type { Rule } from "./rule.ts";
import type { RuleRun } from "./rule-run.ts";

/** So many statements are visited in a step. */
const statementsInStep = 100;

/**
 * Shows all nodes to the rules that visit some, in steps between which others
 * may have their turn. A rule that has found nothing in a statement finds
 * nothing in it as long as it says the same, and so does all else that the rule
 * has looked at: that is kept once the text is being edited.
 */
export function* visitAll({ config }: Model, all: readonly RuleRun[], history: History): Generator<void> {
  const runs = all.filter(({ rule }) => rule.visit);
  if (runs.length === 0) return;
  const memory = history.visitsOf(runs.map(({ rule }) => rule));
  const everybody = new Visit(runs);
  const visits = new Map<readonly Rule[], Visit>();
  const visitOf = (rules: readonly Rule[]) => {
    let visit = visits.get(rules);
    if (!visit) {
      visit = new Visit(runs.filter(({ rule }) => rules.includes(rule)));
      visits.set(rules, visit);
    }
    return visit;
  };
  for (const statement of config.statements) {
    const origin = originOf(statement);
    const due = memory.dueFor(origin, history);
    if (!due) {
      const looks = everybody.show(statement);
      if (config.isEdited) memory.keep(origin, looks, [], history);
    } else if (due.length > 0) {
      memory.keep(origin, visitOf(due).show(statement), due, history);
    }
    if (statement.index % statementsInStep === 0) yield;
  }
}

/** In place of what a rule has looked at: it has found something, and has to say it each time. */
const found: Looks = allLooks + 1;

/** What rules have looked at beyond a statement, or `found`. */
type LooksOfRules = ReadonlyMap<Rule, Looks>;

/** Some rules, by the nodes that they visit. */
class Visit {
  private readonly runsAt = new Map<string, RuleRun[]>();
  private readonly parents: Node[] = [];
  private looks = new Map<Rule, Looks>();
  private readonly looksInside: boolean;

  constructor(runs: readonly RuleRun[]) {
    for (const run of runs) {
      for (const kind of Object.keys(run.rule.visit ?? {})) {
        const here = this.runsAt.get(kind);
        if (here) here.push(run);
        else this.runsAt.set(kind, [run]);
      }
    }
    this.looksInside = [...this.runsAt.keys()].some(isPartKind);
  }

  /** Shows a statement and what is below it. */
  show(statement: Statement): LooksOfRules {
    watch(() => this.at(statement));
    const { looks } = this;
    if (looks.size > 0) this.looks = new Map();
    return looks;
  }

  private readonly at = (node: Node): void => {
    const here = this.runsAt.get(node.kind);
    if (here) {
      for (const run of here) {
        run.visit(node, this.parents);
        const looks = takeNoted() | (run.takeFound() ? found : 0);
        if (looks !== 0) this.looks.set(run.rule, (this.looks.get(run.rule) ?? 0) | looks);
      }
    }
    if (!this.looksInside) return;
    this.parents.push(node);
    forEachChild(node, this.at);
    this.parents.pop();
  };
}

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
  dueFor(origin: Statement, history: History): readonly Rule[] | undefined {
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
  keep(origin: Statement, shown: LooksOfRules, due: readonly Rule[], history: History): void {
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
