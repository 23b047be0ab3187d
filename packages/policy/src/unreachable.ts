import type { Match } from "@smtpdlint/grammar";
import { subAddressDelimiter } from "@smtpdlint/model";
import { Coverage } from "./coverage.ts";
import type { Policy } from "./policy.ts";
import { Regions } from "./region.ts";

/** The match rules that surely get no message, each with those before it that take all of its messages. */
export function unreachableRules(policy: Policy): ReadonlyMap<Match, readonly Match[]> {
  const found = new Map<Match, readonly Match[]>();
  const coverage = new Coverage<Match>(subAddressDelimiter(policy.model));
  const regions = new Regions(policy.tags);
  for (const conditions of policy.ruleset) {
    const { match, tls } = conditions;
    // A rule with tls takes no message at all: see match-tls-tempfails.
    if (match.broken || tls) continue;
    const region = regions.of(conditions);
    const owners = [...(coverage.find(region) ?? [])];
    if (owners.length === 0) coverage.add(region, match);
    else found.set(match, owners);
  }
  return found;
}
