import { problemsOf } from "@smtpdlint/grammar";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "unclosed-quote",
    category: "refused",
    summary: "a quote that is never closed",
    messages: { unclosed: "the text that starts with this {quote} never ends" },
  },
  problems(problems, { report }) {
    for (const { span, quote } of problemsOf(problems, "unclosed-quote")) {
      report({
        span,
        message: "unclosed",
        data: { quote },
        help: "a quoted text may run over several lines: the missing quote can also be one further up",
      });
    }
  },
});
