import type { Block, Model } from "@smtpdlint/model";
import { outsideEnvironment } from "./environment.ts";
import type { Message } from "./message.ts";
import { isTrusted } from "./networks.ts";
import { type MatchRule, needsEnvironment, RulesetBuilder } from "./ruleset.ts";

/** A message of somebody elsewhere to somebody elsewhere, as an example. */
export const outsideMessage: Message = {
  src: "203.0.113.77",
  rdns: "host.client.example",
  helo: "client.example",
  mailFrom: "someone@sender.example",
  rcptTo: "someone@elsewhere.example",
  tag: "",
  user: undefined,
};

/** The match rules as they are for somebody outside; those that ask for nothing of the machine are the same as in `ruleset`. */
export function outsideRuleset(model: Model, ruleset: readonly MatchRule[]): MatchRule[] {
  const builder = new RulesetBuilder(model, outsideEnvironment);
  return ruleset.map((rule) => (needsEnvironment(rule) ? builder.build(rule.match) : rule));
}

/** The networks that `from` conditions name, and that are small enough to be meant. */
export function trustedNetworks(ruleset: readonly MatchRule[]): readonly Block[] {
  const tables = new Set(
    ruleset.flatMap(({ from }) => (from.kind === "address" && !from.condition.regex ? [from.condition.table] : [])),
  );
  return [...tables].flatMap(({ blocks }) => blocks.filter(isTrusted));
}
