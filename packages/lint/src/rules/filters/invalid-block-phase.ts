import type { Filter, Proc } from "@smtpdlint/grammar";
import { alternatives, quote } from "@smtpdlint/model";
import { defineRule, type TypedContext } from "../../rule.ts";

const phases = ["connect", "helo", "ehlo", "starttls", "auth", "mail-from", "rcpt-to", "quit"];

const messages = {
  phase: "the filter has no phase {phase} in which it could block: it ends, and smtpd with it",
} as const;

export const rule = defineRule({
  meta: {
    id: "invalid-block-phase",
    category: "broken",
    summary: "a -blockPhase that filter-senderscore does not have",
    lifetime: { since: "6.6" },
    messages,
  },
  visit: { filter: check, proc: check },
});

function check({ command }: Filter | Proc, { report }: TypedContext<typeof messages>): void {
  if (!command || command.faulty) return;
  const phase = /filter-(?:senderscore|dnsblscore)\b.*\s-blockPhase[ =]+(\S+)/.exec(command.value)?.[1];
  if (phase === undefined || phases.includes(phase)) return;
  report({
    span: command.span,
    message: "phase",
    data: { phase: quote(phase) },
    help: `write ${alternatives(phases)}`,
  });
}
