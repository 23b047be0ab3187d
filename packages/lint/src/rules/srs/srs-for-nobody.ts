import type { Action, Match } from "@smtpdlint/grammar";
import { type Model, optionOf, quote } from "@smtpdlint/model";
import { evaluate, outsideMessage } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "srs-for-nobody",
    category: "suspicious",
    summary: "srs on an action that forwarded mail does not take",
    lifetime: { since: "6.6" },
    messages: {
      none: "no rule takes forwarded mail: this 'srs' rewrites nothing",
      other: "forwarded mail takes the action {action}, which has no 'srs': this one rewrites nothing",
    },
  },
  model(model, { policy, report }) {
    const users = model.actions.filter(({ options }) => options.some(({ keyword }) => keyword.word === "srs"));
    if (users.length === 0 || !policy.isRulesetComplete) return;
    // What an alias or a .forward has produced counts as local, wherever it came from.
    const forwarded = { ...outsideMessage, src: "local", internal: true };
    const points = policy.entryPoints.filter(({ reach, auth }) => reach === "outside" && auth !== "required");
    const tags = points.length > 0 ? points.map(({ tag }) => tag) : [""];
    const results = tags.map((tag) => evaluate(policy.outsideRuleset, { ...forwarded, tag }));
    if (results.some(({ outcome }) => outcome !== "rule" && outcome !== "nomatch")) return;
    const takers = results.map((result) => (result.outcome === "rule" ? relayOf(result.match, model) : undefined));
    if (takers.some((action) => action !== undefined && users.includes(action))) return;
    const other = takers.find((action) => action !== undefined);
    for (const action of users) {
      const srs = optionSpan(action);
      const related = other ? [{ span: other.span, message: "the action that forwarded mail takes" }] : [];
      const help = "put srs on the action of the rule 'from local for any'";
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

function relayOf({ action }: Match, model: Model): Action | undefined {
  const found = action && model.symbols.definitionsOf("action", action.value)[0]?.statement;
  return found?.kind === "action" && found.method?.word === "relay" ? found : undefined;
}

const optionSpan = (action: Action) => optionOf(action, "srs")?.span;
