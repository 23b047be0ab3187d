import { alternatives, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

const phases = ["connect", "helo", "ehlo", "starttls", "auth", "mail-from", "rcpt-to", "quit"];

export const rule = defineRule({
  meta: {
    id: "invalid-block-phase",
    category: "broken",
    summary: "a -blockPhase that filter-senderscore does not have",
    lifetime: { since: "6.6" },
    messages: { phase: "the filter has no phase {phase} in which it could block: it ends, and smtpd with it" },
  },
  model({ config }, { report }) {
    for (const statement of config.statements) {
      const command = statement.kind === "filter" || statement.kind === "proc" ? statement.command : undefined;
      if (!command || command.faulty) continue;
      const phase = /filter-(?:senderscore|dnsblscore)\b.*\s-blockPhase[ =]+(\S+)/.exec(command.value)?.[1];
      if (phase === undefined || phases.includes(phase)) continue;
      report({
        span: command.span,
        message: "phase",
        data: { phase: quote(phase) },
        help: `write ${alternatives(phases)}`,
      });
    }
  },
});
