import { quote } from "@smtpdlint/model";
import { findOpenRelays, type OpenRelay } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";
import { messageWords, traceCommand } from "../shared/command.ts";

export const rule = defineRule({
  meta: {
    id: "open-relay",
    category: "security",
    summary: "a rule that relays mail of anybody to anywhere",
    messages: {
      anybody: "open relay: this rule accepts mail from anybody to anywhere",
      claim: "open relay: this rule accepts mail to anywhere from anybody who claims {claim}",
    },
  },
  model(_, { policy, commandOptions, report }) {
    const reported = new Set();
    for (const relay of findOpenRelays(policy)) {
      const { match } = relay.rule;
      if (reported.has(match)) continue;
      reported.add(match);
      const { src, mailFrom, rcptTo } = relay.message;
      const sender = mailFrom === "@" ? "" : mailFrom;
      const point = policy.entryPoints.find(({ listener }) => listener === relay.listener);
      const see = point ? `; see ${traceCommand(policy, relay.message, point, commandOptions)}` : "";
      report({
        span: match.span,
        message: relay.claims.length > 0 ? "claim" : "anybody",
        data: { claim: describeClaims(relay) },
        related: [{ span: relay.listener.span, message: "through this listener" }],
        witness: point && messageWords(policy, relay.message, point),
        help: `${src} can send from <${sender}> to <${rcptTo}>: demand 'auth', or limit 'from src' or 'for domain'${see}`,
      });
    }
  },
});

function describeClaims({ claims, message }: OpenRelay): string {
  const texts = {
    mailFrom: `to be ${quote(message.mailFrom)}`,
    helo: `the name ${quote(message.helo)}`,
    rdns: `the reverse name ${quote(message.rdns)}`,
  };
  return claims.map((claim) => texts[claim]).join(" and ");
}
