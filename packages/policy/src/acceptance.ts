import { outcomeOf } from "@smtpdlint/model";
import type { EntryPoint } from "./entry-points.ts";
import type { Policy } from "./policy.ts";
import { regionOf } from "./region.ts";
import type { MatchRule } from "./ruleset.ts";

/** True for `from local`, also where nobody wrote it, and `from socket`: nobody else can send by the rule. */
export function isForThisMachine(rule: MatchRule): boolean {
  const { identity, most } = regionOf(rule, undefined).source;
  return identity === "<localhost>" || most.blocks.length === 0;
}

/** False if each message that comes in at a listener from another machine is refused, whoever sends it to whomever. */
export function mayAccept(policy: Policy, point: EntryPoint): boolean {
  const { ruleset, outsideRuleset } = policy;
  return outsideRuleset.some((rule, index) => {
    const { match } = rule;
    if (match.broken || outcomeOf(match) !== "action" || isForThisMachine(ruleset[index] as MatchRule)) return false;
    if (rule.auth && !rule.auth.negated && point.auth === "none") return false;
    return policy.entryPointsFor(rule.tag).includes(point);
  });
}
