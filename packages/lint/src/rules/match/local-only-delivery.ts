import type { Match } from "@smtpdlint/grammar";
import { type Model, outcomeOf, quote } from "@smtpdlint/model";
import {
  DomainEvaluation,
  type Evaluation,
  isForServers,
  type MatchRule,
  outsideMessage,
  type Policy,
} from "@smtpdlint/policy";
import { insert } from "../../edits.ts";
import { defineRule } from "../../rule.ts";
import { messageWords, traceCommand } from "../shared/command.ts";

const deliveries = new Set(["mbox", "maildir", "lmtp", "mda"]);

export const rule = defineRule({
  meta: {
    id: "local-only-delivery",
    category: "suspicious",
    summary: "a domain for which mail of other servers finds no rule",
    fixable: true,
    messages: {
      local:
        "without 'from' this rule is for local mail only, and no rule accepts mail from other servers for {domain}",
    },
  },
  model(model, { policy, commandOptions, report }) {
    const points = publicEntryPoints(policy);
    const tags = [...new Set(points.map(({ tag }) => tag))];
    const [point] = points;
    if (!point || !policy.isRulesetComplete) return;
    const rules = policy.outsideRuleset;
    const evaluations = tags.map((tag) => new DomainEvaluation(rules, { ...outsideMessage, tag }));
    for (const rule of rules) {
      const { match } = rule;
      const domain = delivers(rule, model) ? rule.destination.table.keys?.find((key) => !key.includes("*")) : undefined;
      if (!domain || !evaluations.every((evaluation) => isRefused(evaluation.evaluate(domain)))) continue;
      const message = { ...outsideMessage, tag: point.tag, rcptTo: `someone@${domain}` };
      report({
        span: match.keyword.span,
        message: "local",
        data: { domain: quote(domain) },
        help: `write match from any; see ${traceCommand(policy, message, point, commandOptions)}`,
        witness: messageWords(policy, message, point),
        fixes: [
          {
            title: "add 'from any'",
            safe: false,
            edits: [insert(match.span, match.keyword.span.end, " from any")],
          },
        ],
      });
    }
  },
});

/** The listeners where other servers deliver. */
const publicEntryPoints = ({ entryPoints }: Policy) =>
  entryPoints.filter((point) => isForServers(point) && !point.listener?.broken && point.auth !== "required");

/** True for a rule that delivers mail for a domain, without saying where from. */
function delivers({ match, destination }: MatchRule, model: Model): boolean {
  const { broken, conditions, action } = match;
  if (broken || !action || destination.negated || destination.regex || writesOrigin(match)) return false;
  if (!conditions.some(({ keyword, subject }) => keyword.word === "for" && subject?.word === "domain")) return false;
  return deliveries.has(model.symbols.actionOf(match)?.method?.word ?? "");
}

const writesOrigin = ({ conditions }: Match) =>
  conditions.some(({ keyword }) => ["from", "auth", "tag"].includes(keyword.word));

function isRefused(result: Evaluation): boolean {
  return result.outcome === "nomatch" || (result.outcome === "rule" && outcomeOf(result.match) === "reject");
}
