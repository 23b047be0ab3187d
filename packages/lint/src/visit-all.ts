import { forEachChild, isPartKind, type Node, originOf, type Statement } from "@smtpdlint/grammar";
import { type Looks, type Model, takeNoted, watch } from "@smtpdlint/model";
import type { History } from "./history.ts";
import type { Rule } from "./rule.ts";
import type { RuleRun } from "./rule-run.ts";
import { found, type LooksOfRules } from "./visits.ts";

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
