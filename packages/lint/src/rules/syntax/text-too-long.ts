import { problemsOf } from "@smtpdlint/grammar";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "text-too-long",
    category: "refused",
    summary: "a word or quoted text that does not fit into smtpd's buffer",
    messages: { tooLong: "the text is too long: smtpd reads at most {limit} bytes" },
  },
  problems(problems, { report }) {
    for (const { span, limit } of problemsOf(problems, "text-too-long")) {
      report({ span, message: "tooLong", data: { limit } });
    }
  },
});
