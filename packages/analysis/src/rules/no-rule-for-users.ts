import type { Match } from "@smtpdlint/grammar";
import type { Fix } from "../diagnostic.ts";
import { insert, textAt } from "../edits.ts";
import type { RuleConditions } from "../model/conditions.ts";
import { matches } from "../model/evaluate.ts";
import { optionOf } from "../model/listeners.ts";
import type { Model } from "../model/model.ts";
import { strangersMessage } from "../model/not-this-machine.ts";
import { regionOf } from "../model/region.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  meta: {
    id: "no-rule-for-users",
    category: "suspicious",
    summary: "a listener at which users can log in, and no rule that takes their mail",
    fixable: true,
    messages: { none: "users can log in here, and then send nothing to others: no rule takes their mail" },
  },
  model(model, { report }) {
    if (!model.knowsAllRules) return;
    const rules = model.conditionsForStrangers;
    for (const { listener, reach, auth, tag } of model.entryPoints) {
      const option = listener && optionOf(listener, "auth", "auth-optional");
      if (!option || listener.broken || auth === "none" || reach === "loopback" || reach === "unknown") continue;
      if (rules.some((rule, index) => !isLocal(model.conditions[index]) && isForUsers(rule, tag))) continue;
      const help = `since 6.4 users who have logged in are not local: add match ${fromAuth(model)} for any action NAME`;
      report({ span: option.keyword.span, message: "none", help, fixes: fixes(model) });
    }
  },
});

/** True for `from local`, also where nobody wrote it, and `from socket`. */
function isLocal(rule: RuleConditions | undefined): boolean {
  const { identity, most } = rule ? regionOf(rule, undefined).source : { identity: "", most: { blocks: [] } };
  return identity === "<localhost>" || most.blocks.length === 0;
}

/** True if mail of a user who has logged in may take the rule, to some domain elsewhere. */
function isForUsers(rule: RuleConditions, tag: string): boolean {
  if (rule.match.outcome?.word !== "action" || rule.auth?.negated) return false;
  // Whom exactly it takes does not matter.
  const loose: RuleConditions = {
    ...rule,
    from: { kind: "socket", negated: true },
    auth: undefined,
    helo: undefined,
    mailFrom: undefined,
    rcptTo: undefined,
    tls: false,
  };
  return matches(loose, { ...strangersMessage, tag }) !== false;
}

/** `from auth` came with 6.7. */
const fromAuth = (model: Model) => (model.isAtLeast("6.7") ? "from auth" : "from any auth");

/** A copy of the rule that relays local mail, if there is just one. */
function fixes(model: Model): Fix[] {
  const found = model.matches.filter((match) => relaysLocalMail(match, model));
  const [match] = found;
  if (found.length !== 1 || !match?.action || model.macroAt(match.action.span)) return [];
  const line = `match ${fromAuth(model)} for any action ${textAt(model, match.action.span)}\n`;
  const title = "add a rule for users who have logged in";
  return [{ title, safe: false, edits: [insert(match.span, match.span.start, line)] }];
}

/** `match [from local] for any action NAME`, NAME being a relay. */
function relaysLocalMail({ broken, conditions, action }: Match, model: Model): boolean {
  const words = conditions.map(({ negation, keyword, subject }) => negation ?? `${keyword.word} ${subject?.word}`);
  const relay = action && model.definitionsOf("action", action.value)[0]?.statement;
  if (broken || relay?.kind !== "action" || relay.method?.word !== "relay") return false;
  return words.includes("for any") && words.every((word) => word === "for any" || word === "from local");
}
