import { optionOf } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "srs-without-key",
    category: "refused",
    summary: "relay srs without an srs key above it",
    messages: {
      none: "'srs' needs a key: there is no 'srs key' in the configuration",
      later: "'srs' needs a key, but 'srs key' only follows later",
    },
  },
  model(model, { report }) {
    const keys = model.statementsOf("srs").filter(({ setting, backup }) => setting?.word === "key" && !backup);
    const first = keys[0];
    for (const action of model.actions) {
      const option = optionOf(action, "srs");
      if (!option || model.sources.isIncompleteAt(action) || (first && first.index < action.index)) continue;
      if (first) {
        const related = [{ span: first.span, message: "the key is set here" }];
        report({ span: option.span, message: "later", related, help: "move 'srs key' above the action" });
      } else report({ span: option.span, message: "none", help: 'add srs key "SECRET" above the action' });
    }
  },
});
