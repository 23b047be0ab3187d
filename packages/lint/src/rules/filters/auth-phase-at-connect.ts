import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "auth-phase-at-connect",
    category: "broken",
    fixable: true,
    summary: "a filter of phase auth, which smtpd runs when a client connects",
    messages: { phase: "smtpd runs a filter of phase 'auth' when the client connects: nobody has logged in by then" },
  },
  visit: {
    filter({ phase, broken }, context) {
      if (phase?.word !== "auth" || broken) return;
      context.report({
        span: phase.span,
        message: "phase",
        help: "use phase mail-from, where 'auth' and '! auth' are known",
        fixes: rewrite(context.model, phase.span, "mail-from", false),
      });
    },
  },
});
