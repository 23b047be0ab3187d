import { portsOf } from "../entry-points.ts";
import type { Condition, MatchRule } from "../ruleset.ts";
import type { Smtpd } from "../smtpd.ts";
import { Side } from "./side.ts";
import { settingMeanings } from "./structure.ts";

/**
 * A text that is the same for hosts whose configurations say the same but for
 * names and what is each host's own. Those of hosts that do the same may differ.
 */
export function fingerprintOf(smtpd: Smtpd): string {
  const side = new Side(smtpd, "new", "hosts");
  const { model, entryPoints, ruleset } = smtpd.policy;
  const condition = (asked: Condition | undefined) =>
    asked && [asked.negated, asked.regex, side.contents.ofKeys(asked)];
  const origin = ({ from }: MatchRule) =>
    from.kind === "address"
      ? condition(from.condition)
      : [from.kind, from.negated, from.kind === "socket" ? from.fails : condition(from.condition)];
  const rules = ruleset.map((rule) => {
    const { match, tag, destination, helo, auth, tls, mailFrom, rcptTo } = rule;
    const action = model.symbols.actionOf(match);
    return [
      ...[tag, destination, helo, mailFrom, rcptTo].map(condition),
      origin(rule),
      auth && [auth.negated, auth.fails, condition(auth.condition)],
      tls !== undefined,
      match.outcome?.word,
      action && side.meanings.ofAction(action),
    ];
  });
  const listeners = entryPoints.map(({ listener, reach, tag, families }) => [
    listener && !listener.socket ? portsOf(listener) : "socket",
    reach,
    tag,
    families,
    listener && side.meanings.ofOptions(listener),
  ]);
  const isTemplate = model.sources.files.some(({ template }) => template);
  return JSON.stringify([model.target, rules, listeners, settingMeanings(side), side.isComplete, isTemplate]);
}
