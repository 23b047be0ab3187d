import { type Definition, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "duplicate-table",
    category: "refused",
    summary: "two definitions of the same table",
    messages: {
      duplicate: "table {name} is already defined",
      builtin: "{name} is a table that smtpd makes itself",
    },
  },
  model(model, { report }) {
    const first = new Map<string, Definition>();
    for (const definition of model.symbols.definitionsOfKind("table")) {
      const { name, node, statement } = definition;
      if (statement.broken) continue;
      const earlier = first.get(name);
      const data = { name: quote(name) };
      if (model.tables.isOfSmtpd(name, statement)) {
        report({ span: node.span, message: "builtin", data, help: "choose another name" });
      } else if (earlier) {
        const related = [{ span: earlier.node.span, message: "the first definition" }];
        report({
          span: node.span,
          message: "duplicate",
          data,
          related,
          help: "give it another name, or merge the two",
        });
      } else first.set(name, definition);
    }
  },
});
