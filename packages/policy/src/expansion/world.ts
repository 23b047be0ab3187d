import { type Action, isAtLeast, type Match, type Release } from "@smtpdlint/grammar";
import { type Model, parseDelay, subAddressDelimiter, type Tables } from "@smtpdlint/model";
import type { Environment } from "../environment.ts";
import type { Policy } from "../policy.ts";
import { type MatchRule, rulesetOf } from "../ruleset.ts";
import { type Delivery, deliveryOf } from "./delivery.ts";
import { RuleIndex } from "./rule-index.ts";
import type { SrsSettings } from "./srs.ts";

/** What the expansion of every recipient needs: the configuration, prepared, on a machine. */
export class World {
  readonly ruleset: readonly MatchRule[];
  readonly rules: RuleIndex;
  readonly delimiter: string;
  readonly srs: SrsSettings | undefined;
  /** False if there may be rules that nobody has read. */
  readonly isComplete: boolean;
  private readonly model: Model;
  private readonly deliveries = new Map<Action, Delivery>();

  constructor(
    policy: Policy,
    readonly environment: Environment,
  ) {
    this.model = policy.model;
    this.ruleset = rulesetOf(policy.model, environment);
    this.rules = new RuleIndex(this.ruleset);
    this.delimiter = subAddressDelimiter(policy.model);
    this.srs = srsSettings(policy.model);
    this.isComplete = policy.isRulesetComplete;
  }

  get tables(): Tables {
    return this.model.tables;
  }

  get target(): Release {
    return this.model.target;
  }

  isAtLeast(release: Release): boolean {
    return isAtLeast(this.model.target, release);
  }

  /** What the action of a rule does; undefined if the rule has none that is known. */
  deliveryFor(match: Match): Delivery | undefined {
    const action = this.model.symbols.actionOf(match);
    if (!action) return undefined;
    let delivery = this.deliveries.get(action);
    if (!delivery) {
      delivery = deliveryOf(action, this.model);
      this.deliveries.set(action, delivery);
    }
    return delivery;
  }
}

/** Undefined without a key: then smtpd neither rewrites nor decodes. Of statements for the same thing the last one counts. */
function srsSettings(model: Model): SrsSettings | undefined {
  const settings = model.statementsOf("srs");
  const textOf = (word: string, isBackup: boolean) =>
    settings.findLast(({ setting, backup }) => setting?.word === word && (backup !== undefined) === isBackup)?.value
      ?.value;
  const key = textOf("key", false);
  if (key === undefined) return undefined;
  const ttl = parseDelay(textOf("ttl", false) ?? "4d") ?? 0;
  return { key, backupKey: textOf("key", true), days: Math.floor(ttl / 86400) };
}
