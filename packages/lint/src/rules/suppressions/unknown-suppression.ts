import { quote } from "@smtpdlint/model";
import { didYouMean } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "unknown-suppression",
    category: "suspicious",
    summary: "a comment that suppresses a rule which does not exist",
    fixable: true,
    messages: { unknown: "there is no rule {id}" },
  },
  directives(problems, { model, report }) {
    for (const problem of problems) {
      if (problem.code !== "unknown") continue;
      const { span, id, suggestion } = problem;
      report({
        span,
        message: "unknown",
        data: { id: quote(id) },
        ...(suggestion
          ? didYouMean(model, span, { wrong: id, meant: suggestion, shown: suggestion })
          : { help: "smtpdlint --list-rules shows them all" }),
      });
    }
  },
});
