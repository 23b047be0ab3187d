import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "unknown-suppression",
    category: "suspicious",
    summary: "a comment that suppresses a rule which does not exist",
    fixable: true,
    messages: { unknown: "there is no rule {id}" },
  },
  directives(problems, { report }) {
    for (const problem of problems) {
      if (problem.code !== "unknown") continue;
      const { span, id, suggestion } = problem;
      const fix = { title: `change to '${suggestion}'`, safe: false, edits: [{ span, text: suggestion ?? "" }] };
      report({
        span,
        message: "unknown",
        data: { id: quote(id) },
        help: suggestion ? `did you mean ${suggestion}?` : "smtpdlint --list-rules shows them all",
        fixes: suggestion ? [fix] : [],
      });
    }
  },
});
