import { problemsOf } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "number-out-of-range",
    category: "refused",
    summary: "a number of more than 64 bits",
    messages: { range: "the number {text} does not fit into 64 bits" },
  },
  problems(problems, { report }) {
    for (const { span, text } of problemsOf(problems, "number-out-of-range")) {
      report({ span, message: "range", data: { text: quote(text) } });
    }
  },
});
