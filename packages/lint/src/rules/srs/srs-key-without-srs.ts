import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "srs-key-without-srs",
    category: "suspicious",
    summary: "a key for SRS, and no relay that uses it",
    lifetime: { since: "6.6" },
    messages: { unused: "no action has 'srs': no sender is ever rewritten" },
  },
  model(model, { report }) {
    const { actions } = model;
    const key = model.statementsOf("srs").find(({ setting, broken }) => setting?.word === "key" && !broken);
    if (!key || model.sources.isIncompleteAt(undefined) || actions.some(({ broken }) => broken)) return;
    if (actions.some(({ options }) => options.some(({ keyword }) => keyword.word === "srs"))) return;
    report({
      span: key.span,
      message: "unused",
      help: "add srs to the action that relays what users forward: action NAME relay srs",
    });
  },
});
