import { type Match, originOf } from "@smtpdlint/grammar";
import { type Looks, type Model, watch } from "@smtpdlint/model";
import type { Environment } from "./environment.ts";
import { type MatchRule, RulesetBuilder } from "./ruleset.ts";

/** What has changed until now, look by look. */
export interface Past {
  /** The number of this look; later ones have higher numbers. */
  readonly now: number;
  /** True if nothing has changed since of what was looked at then. */
  holds(looked: { readonly looks: Looks; readonly at: number }): boolean;
}

interface Kept {
  /** As it was read, perhaps elsewhere. */
  readonly rule: MatchRule;
  /** What was looked at for it beyond itself, and when. */
  readonly looks: Looks;
  readonly at: number;
}

/** The match rules of a configuration that is being edited, for one environment; each is kept as long as the tables that it names are the same. */
export class KnownRules {
  private readonly kept = new WeakMap<Match, Kept>();

  /** The same as the function `rulesetOf`. */
  rulesetOf(model: Model, environment: Environment, past: Past): MatchRule[] {
    const known = model.matches.map((match) => this.get(match, past));
    const builder = new RulesetBuilder(model, environment, known);
    return model.matches.map((match, index) => {
      const rule = known[index];
      if (rule) return rule;
      const { value, looks } = watch(() => builder.build(match));
      const origin = originOf(match);
      this.kept.set(origin, { rule: { ...value, match: origin }, looks, at: past.now });
      return value;
    });
  }

  private get(match: Match, past: Past): MatchRule | undefined {
    const origin = originOf(match);
    const kept = this.kept.get(origin);
    if (!kept || !past.holds(kept)) return undefined;
    return origin === match ? kept.rule : { ...kept.rule, match };
  }
}
