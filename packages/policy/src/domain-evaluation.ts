import { hasWildcard } from "@smtpdlint/model";
import { type Evaluation, evaluate, matches } from "./evaluate.ts";
import { identityOf, KeySet } from "./key-set.ts";
import type { Message } from "./message.ts";
import { Condition, type MatchRule } from "./ruleset.ts";

/** One message, evaluated for many domains: rules that cannot take it are left out, and those that name a domain are found by it. */
export class DomainEvaluation {
  private readonly takers: MatchRule[] = [];
  /** The first taker for a domain. */
  private readonly byDomain = new Map<string, number>();
  /** The takers whose domains have to be compared. */
  private readonly others: number[] = [];

  constructor(
    ruleset: readonly MatchRule[],
    private readonly message: Message,
  ) {
    const seen = new Set<string>();
    for (const rule of ruleset) {
      const { negated, regex, table } = rule.destination;
      const key = `${negated} ${regex} ${table.identity}`;
      if (seen.has(key)) continue;
      if (matches({ ...rule, destination: anyDestination, rcptTo: undefined }, message) === false) continue;
      const index = this.takers.push(rule) - 1;
      if (!rule.rcptTo) seen.add(key);
      const keys = rule.rcptTo || negated || regex ? undefined : table.keys;
      if (!keys || keys.some(hasWildcard)) this.others.push(index);
      else for (const domain of keys) if (!this.byDomain.has(domain)) this.byDomain.set(domain, index);
    }
  }

  /** Finds the rule for somebody in a domain. */
  evaluate(domain: string): Evaluation {
    const message = { ...this.message, rcptTo: `someone@${domain}` };
    const own = this.byDomain.get(domain.toLowerCase()) ?? Number.POSITIVE_INFINITY;
    const isFirst = (index: number) => index > own || matches(this.takers[index] as MatchRule, message) !== false;
    const rule = this.takers[Math.min(own, this.others.find(isFirst) ?? own)];
    return evaluate(rule ? [rule] : [], message);
  }
}

const anyDestination = new Condition("implied", false, false, new KeySet(identityOf(["*"]), ["*"], ""));
