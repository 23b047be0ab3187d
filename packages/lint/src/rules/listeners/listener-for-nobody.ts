import { evaluate, mayAccept, outsideMessage } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";
import { messageWords, traceCommand } from "../shared/command.ts";

export const rule = defineRule({
  meta: {
    id: "listener-for-nobody",
    category: "suspicious",
    severity: "info",
    summary: "a listener from which all mail of other machines is refused",
    messages: { nobody: "smtpd refuses all mail that other machines send here: no rule is for them" },
  },
  model(_, { policy, commandOptions, report }) {
    if (!policy.isRulesetComplete) return;
    for (const point of policy.entryPoints) {
      const { listener, reach, auth, tag } = point;
      // Who lets users log in has a finding of its own, which says what they need.
      if (!listener || listener.broken || reach !== "outside" || auth !== "none" || mayAccept(policy, point)) continue;
      const domain = policy.ruleset.flatMap(({ destination }) => destination.table.keys ?? []).find(isDomain);
      const message = { ...outsideMessage, tag, rcptTo: `someone@${domain ?? "elsewhere.example"}` };
      const { outcome } = evaluate(policy.outsideRuleset, message);
      if (outcome === "unknown" || outcome === "tempfail") continue;
      const command = traceCommand(policy, message, point, commandOptions);
      report({
        span: listener.interface?.span ?? listener.keyword.span,
        message: "nobody",
        help: `without 'from' a rule is for this machine alone: write match from any …, or listen on lo; see ${command}`,
        witness: messageWords(policy, message, point),
      });
    }
  },
});

const isDomain = (key: string) => /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(key);
