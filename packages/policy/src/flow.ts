import { isRelay, outcomeOf } from "@smtpdlint/model";
import { type Box, groupsOf } from "./diff/boxes.ts";
import { Decider, TooManySteps } from "./diff/decide.ts";
import { Side } from "./diff/side.ts";
import { Sides } from "./diff/sides.ts";
import type { MatchRule } from "./ruleset.ts";
import type { Smtpd } from "./smtpd.ts";

/** Which match rule takes which messages, and by which ways in they come. */
export interface Flow {
  /** The ways in, and the names of which the sets are made; both sides of it are the configuration. */
  readonly sides: Sides;
  /** The messages that a rule takes; of a rule that is not in it, none come to it. */
  readonly taken: ReadonlyMap<MatchRule, readonly Box[]>;
  /** The messages that no rule takes. */
  readonly untaken: readonly Box[];
  /** False if there are too many sets to tell them all apart: then nothing is known of what is missing. */
  readonly isComplete: boolean;
}

/**
 * Finds for each match rule the messages that come to it and that it takes, by
 * the decision diagram over all rules: what filters refuse before is not left
 * out.
 */
export function flowOf(smtpd: Smtpd): Flow {
  const sides = new RuleSides(new Side(smtpd, "old", "change"), new Side(smtpd, "new", "change"));
  const nothing = sides.outcomes.marked("refused", "nothing");
  const noRule = sides.outcomes.marked("refused", "no rule");
  const rules = [...sides.listOf(sides.old), sides.clauses.of({}, [], noRule)];
  const decider = new Decider(sides.clauses, nothing, (dimension) => sides.countOf(dimension));
  const taken = new Map<MatchRule, readonly Box[]>();
  try {
    // Compared with a list that takes nothing, all that is taken differs.
    const { groups, isCut } = groupsOf(decider.decide(rules, []), sides);
    for (const { old, boxes } of groups) {
      const rule = sides.ruleAt(old);
      if (rule) taken.set(rule, boxes);
    }
    const untaken = groups.find(({ old }) => old === noRule)?.boxes ?? [];
    return { sides, taken, untaken, isComplete: !isCut && sides.old.isComplete };
  } catch (error) {
    if (error instanceof TooManySteps) return { sides, taken, untaken: [], isComplete: false };
    throw error;
  }
}

/** Tells each match rule from all others, whatever it does. */
class RuleSides extends Sides {
  private readonly rules = new Map<number, MatchRule>();

  ruleAt(outcome: number): MatchRule | undefined {
    return this.rules.get(outcome);
  }

  protected override outcomeOf(rule: MatchRule, { smtpd }: Side): number {
    const action = smtpd.policy.model.symbols.actionOf(rule.match);
    const kind = outcomeOf(rule.match) === "reject" || !action ? "refused" : isRelay(action) ? "relayed" : "local";
    const outcome = this.outcomes.marked(kind, `rule ${smtpd.numberOf(rule)}`);
    this.rules.set(outcome, rule);
    return outcome;
  }
}
