import { type Action, type Match, originOf } from "@smtpdlint/grammar";
import { isRelay, type Model, optionOf, quote } from "@smtpdlint/model";
import { evaluate, isOpenToAll, outsideMessage } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "srs-for-nobody",
    category: "suspicious",
    summary: "srs on an action that forwarded mail does not use",
    lifetime: { since: "6.6" },
    messages: {
      none: "no rule accepts forwarded mail: this 'srs' rewrites nothing",
      other: "forwarded mail uses the action {action}, which has no 'srs': this one rewrites nothing",
    },
  },
  model(model, { policy, report }) {
    const users = model.actions.filter((action) =>
      originOf(action).options.some(({ keyword }) => keyword.word === "srs"),
    );
    if (users.length === 0 || !policy.isRulesetComplete) return;
    // What an alias or a .forward has produced counts as local, wherever it came from.
    const forwarded = { ...outsideMessage, src: "local", internal: true };
    const points = policy.entryPoints.filter(isOpenToAll);
    const tags = points.length > 0 ? points.map(({ tag }) => tag) : [""];
    // Who has logged in and writes to somebody whose mail is forwarded is still logged in (ruleset.c).
    const logins = policy.entryPoints
      .filter(({ auth }) => auth !== "none")
      .map(({ tag }) => ({ tag, user: "someone" }));
    const senders = [...tags.map((tag) => ({ tag, user: undefined })), ...logins];
    const results = senders.map((sender) => evaluate(policy.outsideRuleset, { ...forwarded, ...sender }));
    if (results.some(({ outcome }) => outcome !== "rule" && outcome !== "nomatch")) return;
    const takers = results.map((result) => (result.outcome === "rule" ? relayOf(result.match, model) : undefined));
    if (takers.some((action) => action !== undefined && users.includes(action))) return;
    const other = takers.find((action) => action !== undefined);
    for (const action of users) {
      const srs = optionSpan(action);
      const related = other ? [{ span: other.span, message: "the action that forwarded mail uses" }] : [];
      const help = other
        ? `put srs on the action ${quote(other.name?.value ?? "")}`
        : "add a rule for forwarded mail: match from local for any action NAME";
      if (!srs) continue;
      report({
        span: srs,
        message: other ? "other" : "none",
        data: { action: quote(other?.name?.value ?? "") },
        related,
        help,
      });
    }
  },
});

function relayOf(match: Match, model: Model): Action | undefined {
  const action = model.symbols.actionOf(match);
  return action && isRelay(action) ? action : undefined;
}

const optionSpan = (action: Action) => optionOf(action, "srs")?.span;
