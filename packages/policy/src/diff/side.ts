import type { Smtpd } from "../smtpd.ts";
import { Contents } from "./contents.ts";
import { Meanings } from "./meanings.ts";
import type { Comparison } from "./own-options.ts";

/** One configuration of the two, and what is worked out for it. */
export class Side {
  readonly contents: Contents;
  readonly meanings: Meanings;

  constructor(
    readonly smtpd: Smtpd,
    readonly name: "old" | "new",
    readonly comparison: Comparison,
  ) {
    const { policy } = smtpd;
    this.contents = new Contents(policy.model, name);
    this.meanings = new Meanings(policy, this.contents, comparison);
  }

  /** True if all match rules are known; a configuration without any is complete too. */
  get isComplete(): boolean {
    const { policy } = this.smtpd;
    const { matches, sources } = policy.model;
    return policy.isRulesetComplete || (matches.length === 0 && !sources.isIncompleteAt(undefined));
  }
}
