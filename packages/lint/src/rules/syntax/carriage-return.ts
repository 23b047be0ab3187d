import { problemsOf } from "@smtpdlint/grammar";
import { count } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "carriage-return",
    category: "refused",
    summary: "lines that end as in Windows",
    fixable: true,
    messages: {
      return: "smtpd accepts a carriage return neither as the end of a line nor as a space ({count} in this file)",
    },
  },
  problems(problems, { model, report }) {
    for (const problem of problemsOf(problems, "carriage-return")) {
      const { span } = problem;
      const { text } = model.sources.fileOf(span);
      const edits = [...text.matchAll(/\r(?=\n|$)/g)].map(({ index }) => ({
        span: { file: span.file, start: index, end: index + 1 },
        text: "",
      }));
      report({
        span,
        message: "return",
        data: { count: count(problem.count, "line") },
        help: "save the file with Unix line ends",
        fixes: edits.length > 0 ? [{ title: "use Unix line ends", safe: true, edits }] : [],
      });
    }
  },
});
