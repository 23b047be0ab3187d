import { problemsOf } from "@smtpdlint/grammar";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "too-much-macro-text",
    category: "suspicious",
    summary: "macros that stand for more text than smtpdlint reads",
    messages: { cut: "nothing is read from {name} on: macros stand for more than {limit} characters" },
  },
  problems(problems, { report }) {
    for (const { span, name, limit } of problemsOf(problems, "too-much-macro-text")) {
      report({
        span,
        message: "cut",
        data: { name: `$${name}`, limit: limit.toLocaleString("en") },
        help: "smtpd reads all of it; a table holds a long list once",
      });
    }
  },
});
