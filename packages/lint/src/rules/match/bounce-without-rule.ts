import { outcomeOf } from "@smtpdlint/model";
import { evaluate, isOpenToAll, mayAccept, outsideMessage } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";
import { messageWords, traceCommand } from "../shared/command.ts";

export const rule = defineRule({
  meta: {
    id: "bounce-without-rule",
    category: "suspicious",
    severity: "info",
    summary: "mail of others that is accepted, and no rule by which they get to know that it could not be delivered",
    messages: {
      lost: "no rule accepts bounces to other hosts: senders of mail that smtpd cannot deliver are not told",
    },
  },
  model(_, { policy, commandOptions, report }) {
    if (!policy.isRulesetComplete) return;
    const point = policy.entryPoints.find(({ reach }) => reach === "socket");
    const isAccepting = policy.entryPoints.some((entry) => isOpenToAll(entry) && mayAccept(policy, entry));
    if (!point || !isAccepting) return;
    // smtpd hands the notice to itself by the socket, with an empty sender (bounce.c).
    const notice = {
      ...outsideMessage,
      src: "local",
      user: "",
      mailFrom: "@",
      tag: point.tag,
      rcptTo: outsideMessage.mailFrom,
    };
    const evaluation = evaluate(policy.outsideRuleset, notice);
    const isRefused =
      evaluation.outcome === "nomatch" || (evaluation.outcome === "rule" && outcomeOf(evaluation.match) === "reject");
    if (!isRefused) return;
    const rule = evaluation.outcome === "rule" ? evaluation.match : policy.ruleset.at(-1)?.match;
    if (!rule) return;
    report({
      span: rule.keyword.span,
      message: "lost",
      help: `add match from local for any action NAME, with an action relay; see ${traceCommand(policy, notice, point, commandOptions)}`,
      witness: messageWords(policy, notice, point),
    });
  },
});
