import { type Keyword, type Limit, usesIn } from "@smtpdlint/grammar";
import { alternatives, nearest, quote } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "invalid-limit",
    category: "refused",
    summary: "a limit that does not exist",
    fixable: true,
    messages: { unknown: "{statement} has no limit {name}" },
  },
  model(model, { report }) {
    for (const statement of model.config.statements) {
      if (!("limits" in statement)) continue;
      const names = usesIn(`${statement.kind}Limit`).map(({ word }) => word);
      for (const limit of statement.limits as readonly (Limit | Keyword)[]) {
        if (limit.kind !== "limit") continue;
        const { name } = limit;
        if (name.faulty || names.includes(name.value)) continue;
        const suggestion = nearest(name.value, names);
        const known = `known are ${alternatives(names)}`;
        report({
          span: name.span,
          message: "unknown",
          data: { statement: quote(statement.kind), name: quote(name.value) },
          help: suggestion ? `did you mean ${suggestion}? ${known}` : known,
          fixes: suggestion ? rewrite(model, name.span, suggestion, false) : [],
        });
      }
    }
  },
});
