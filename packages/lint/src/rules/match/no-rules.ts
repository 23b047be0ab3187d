import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "no-rules",
    category: "refused",
    summary: "a configuration without a match rule",
    messages: { none: "there is no match rule, and smtpd does not start without one" },
  },
  model(model, { report }) {
    const { statements } = model.config;
    const unsure = model.sources.isIncompleteAt(undefined) || statements.some(({ broken }) => broken);
    if (model.matches.length > 0 || unsure) return;
    const last = statements.findLast(({ span }) => span.file === 0)?.span;
    // Where one is to be added: no statement that is there is wrong.
    const end = last?.end ?? 0;
    report({ span: { file: 0, start: end, end }, message: "none", help: 'add match … action "NAME"' });
  },
});
