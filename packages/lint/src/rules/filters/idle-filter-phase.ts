import { quote } from "@smtpdlint/model";
import { isIdle } from "@smtpdlint/policy";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "idle-filter-phase",
    category: "suspicious",
    fixable: true,
    summary: "a filter in a phase in which OpenSMTPD 6.6 runs no filters of its own",
    lifetime: { since: "6.6", until: "6.7" },
    messages: { idle: "in phase {phase} OpenSMTPD 6.6 runs no filters of its own: this one does nothing" },
  },
  visit: {
    filter(filter, { model, report }) {
      const { phase } = filter;
      if (!phase || !isIdle(filter, model.target)) return;
      const help = "use phase rcpt-to, or OpenSMTPD 6.7 or later";
      const fixes = rewrite(model, phase.span, "rcpt-to", false);
      report({ span: phase.span, message: "idle", data: { phase: quote(phase.word) }, help, fixes });
    },
  },
});
