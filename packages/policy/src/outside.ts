import type { Block, Model } from "@smtpdlint/model";
import { outsideEnvironment } from "./environment.ts";
import type { Message } from "./message.ts";
import { isTrusted } from "./networks.ts";
import { type MatchRule, needsEnvironment, RulesetBuilder } from "./ruleset.ts";

/**
 * A message of somebody elsewhere to somebody elsewhere: an example, and what is
 * filled in where somebody says less of one. The address is of a network for
 * documentation (RFC 5737).
 */
export const outsideMessage: Message = {
  src: "203.0.113.25",
  rdns: "mail.sender.example",
  helo: "mail.sender.example",
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
