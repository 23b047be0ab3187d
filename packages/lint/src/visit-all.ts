import { forEachChild, isPartKind, type Node, originOf, type Statement } from "@smtpdlint/grammar";
import type { Model } from "@smtpdlint/model";
import type { Rule } from "./rule.ts";
import type { RuleRun } from "./rule-run.ts";

/** So many statements are visited in a step. */
const statementsInStep = 100;

/**
 * Shows all nodes to the rules that visit some, in steps between which others
 * may have their turn. A rule that has found nothing in a statement, and has
 * looked at nothing else, finds nothing in it as long as it says the same: that
 * is kept if `keeps` says that the text is being edited.
 */
export function* visitAll({ config, machine }: Model, all: readonly RuleRun[], keeps: boolean): Generator<void> {
  const runs = all.filter(({ rule }) => rule.visit);
  if (runs.length === 0) return;
  const memory = memoryOf(
    runs.map(({ rule }) => rule),
    machine !== undefined,
  );
  const everybody = new Visit(runs);
  const visits = new Map<readonly Rule[], Visit>();
  for (const statement of config.statements) {
    const origin = originOf(statement);
    const again = memory.again.get(origin);
    if (!again) {
      everybody.at(statement);
      if (keeps) memory.again.set(origin, memory.same(everybody.takeAgain()));
    } else if (again.length > 0) {
      let visit = visits.get(again);
      if (!visit) {
        visit = new Visit(runs.filter(({ rule }) => again.includes(rule)));
        visits.set(again, visit);
      }
      visit.at(statement);
    }
    if (statement.index % statementsInStep === 0) yield;
  }
}

/** Some rules, by the nodes that they visit. */
class Visit {
  private readonly runsAt = new Map<string, RuleRun[]>();
  private readonly parents: Node[] = [];
  private again = new Set<Rule>();
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
  readonly at = (node: Node): void => {
    const here = this.runsAt.get(node.kind);
    if (here) {
      for (const run of here) {
        run.visit(node, this.parents);
        if (!run.mustVisitAgain) continue;
        run.mustVisitAgain = false;
        this.again.add(run.rule);
      }
    }
    if (!this.looksInside) return;
    this.parents.push(node);
    forEachChild(node, this.at);
    this.parents.pop();
  };

  /** The rules that have to see again what was shown since this was asked last. */
  takeAgain(): ReadonlySet<Rule> {
    const { again } = this;
    if (again.size > 0) this.again = new Set();
    return again;
  }
}

/** What is known of statements, each of which goes with the text that it was read from. */
class Memory {
  /** The rules that have to see a statement again, by what it was read as. */
  readonly again = new WeakMap<Statement, readonly Rule[]>();
  private readonly lists = new Map<string, readonly Rule[]>();

  constructor(
    private readonly rules: readonly Rule[],
    private readonly hasMachine: boolean,
  ) {}

  isFor(rules: readonly Rule[], hasMachine: boolean): boolean {
    return (
      hasMachine === this.hasMachine &&
      rules.length === this.rules.length &&
      rules.every((rule, index) => rule === this.rules[index])
    );
  }

  /** The rules as a list, the same one for the same rules. */
  same(rules: ReadonlySet<Rule>): readonly Rule[] {
    const key = [...rules].map(({ meta }) => meta.id).join();
    let list = this.lists.get(key);
    if (!list) {
      list = [...rules];
      this.lists.set(key, list);
    }
    return list;
  }
}

/** For configurations whose settings differ; what was used last comes first. */
const mostMemories = 8;
let memories: readonly Memory[] = [];

function memoryOf(rules: readonly Rule[], hasMachine: boolean): Memory {
  const memory = memories.find((memory) => memory.isFor(rules, hasMachine)) ?? new Memory(rules, hasMachine);
  memories = [memory, ...memories.filter((other) => other !== memory)].slice(0, mostMemories);
  return memory;
}
