import type { Match } from "@smtpdlint/grammar";
import { authOption, isRelay, type Model, outcomeOf } from "@smtpdlint/model";
import { isForThisMachine, type MatchRule, matches, outsideMessage } from "@smtpdlint/policy";
import type { Fix } from "../../diagnostic.ts";
import { insert } from "../../edits.ts";
import { defineRule } from "../../rule.ts";
import { messageWords, traceCommand } from "../shared/command.ts";

export const rule = defineRule({
  meta: {
    id: "no-rule-for-users",
    category: "suspicious",
    summary: "users can log in, but no rule accepts their mail",
    fixable: true,
    messages: { none: "users can log in here, but cannot send mail to others: no rule accepts it" },
  },
  model(model, { policy, commandOptions, report }) {
    if (!policy.isRulesetComplete) return;
    const rules = policy.outsideRuleset;
    for (const point of policy.entryPoints) {
      const { listener, reach, auth, tag } = point;
      const option = listener && authOption(listener);
      if (!option || listener.broken || auth === "none" || reach === "loopback" || reach === "unknown") continue;
      if (
        rules.some(
          (rule, index) => !isForThisMachine(policy.ruleset[index] as MatchRule) && isForUsers(rule, tag, model),
        )
      )
        continue;
      const message = { ...outsideMessage, tag, user: "someone" };
      const help = `since 6.4 users who have logged in are not local: add match ${fromAuth(model)} for any action NAME; see ${traceCommand(policy, message, point, commandOptions)}`;
      report({
        span: option.keyword.span,
        message: "none",
        help,
        witness: messageWords(policy, message, point),
        fixes: fixes(model),
      });
    }
  },
});

/** True if mail of a user who has logged in may take the rule, to some domain elsewhere. */
function isForUsers(rule: MatchRule, tag: string, model: Model): boolean {
  if (outcomeOf(rule.match) !== "action" || rule.auth?.negated) return false;
  // Domains that nobody has read are those of this machine where their mail is delivered.
  const action = model.symbols.actionOf(rule.match);
  if (rule.destination.table.keys === undefined && action && !isRelay(action)) return false;
  // Whom exactly it takes does not matter.
  const loose: MatchRule = {
    ...rule,
    from: { kind: "socket", asRead: "implied", negated: true },
    auth: undefined,
    helo: undefined,
    mailFrom: undefined,
    rcptTo: undefined,
    tls: undefined,
  };
  return matches(loose, { ...outsideMessage, tag }) !== false;
}

/** `from auth` came with 6.7. */
const fromAuth = (model: Model) => (model.isAtLeast("6.7") ? "from auth" : "from any auth");

/** The same as for local mail, if one rule relays that, or else by the only action that relays. */
function fixes(model: Model): Fix[] {
  const title = "add a rule for users who have logged in";
  const line = (name: string) => `match ${fromAuth(model)} for any action ${name}`;
  const found = model.matches.filter((match) => relaysLocalMail(match, model));
  const [match] = found;
  if (match) {
    if (found.length !== 1 || !match.action || model.sources.macroAt(match.action.span)) return [];
    const text = `${line(model.sources.textAt(match.action.span))}\n`;
    return [{ title, safe: false, edits: [insert(match.span, match.span.start, text)] }];
  }
  const relays = model.actions.filter((action) => !action.broken && isRelay(action));
  const name = relays[0]?.name;
  const last = model.matches.at(-1);
  // Behind the rules for our own domains; one that rejects may be about all others.
  if (relays.length !== 1 || !name || model.sources.macroAt(name.span) || last?.outcome?.word !== "action") return [];
  const { text } = model.sources.fileOf(last.span);
  const lineEnd = text.indexOf("\n", last.span.end);
  const at = lineEnd === -1 ? text.length : lineEnd;
  return [{ title, safe: false, edits: [insert(last.span, at, `\n${line(model.sources.textAt(name.span))}`)] }];
}

/** `match [from local] for any action NAME`, NAME being a relay. */
function relaysLocalMail(match: Match, model: Model): boolean {
  const { broken, conditions } = match;
  const words = conditions.map(({ negation, keyword, subject }) => negation ?? `${keyword.word} ${subject?.word}`);
  const action = model.symbols.actionOf(match);
  if (broken || !action || !isRelay(action)) return false;
  return words.includes("for any") && words.every((word) => word === "for any" || word === "from local");
}
