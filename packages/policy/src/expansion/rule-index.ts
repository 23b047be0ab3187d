import { hasWildcard } from "@smtpdlint/model";
import type { MatchRule } from "../ruleset.ts";

/** Finds the rules that a domain of recipients can meet, so that not all of many rules need to be asked. */
export class RuleIndex {
  /** Rules for some domains and no others, by these domains. */
  private readonly byDomain = new Map<string, Place[]>();
  private readonly forMany: Place[] = [];
  private readonly merged = new Map<string, readonly MatchRule[]>();
  private readonly others: readonly MatchRule[];

  constructor(ruleset: readonly MatchRule[]) {
    for (const [position, rule] of ruleset.entries()) {
      const place = { position, rule };
      const domains = domainsOf(rule);
      if (!domains) this.forMany.push(place);
      for (const domain of domains ?? []) {
        const places = this.byDomain.get(domain);
        if (places) places.push(place);
        else this.byDomain.set(domain, [place]);
      }
    }
    this.others = this.forMany.map(({ rule }) => rule);
  }

  /** The rules that may take a recipient of a domain, in their order; the rest surely do not. */
  rulesFor(domain: string): readonly MatchRule[] {
    const name = domain.toLowerCase();
    const own = this.byDomain.get(name);
    if (!own) return this.others;
    let rules = this.merged.get(name);
    if (!rules) {
      rules = [...own, ...this.forMany].toSorted((a, b) => a.position - b.position).map(({ rule }) => rule);
      this.merged.set(name, rules);
    }
    return rules;
  }
}

interface Place {
  readonly position: number;
  readonly rule: MatchRule;
}

/** The domains that a rule is for; undefined if they cannot be listed, or are many. */
function domainsOf({ destination, from }: MatchRule): ReadonlySet<string> | undefined {
  // What fails is asked before the domain.
  if (destination.negated || destination.regex || (from.kind === "socket" && from.fails)) return undefined;
  if (!destination.table.isComparable) return undefined;
  const { keys } = destination.table;
  return keys && !keys.some(hasWildcard) ? new Set(keys) : undefined;
}
