import { problemsOf } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "include-loop",
    category: "refused",
    summary: "a file that includes itself",
    messages: { loop: "{path} is already being read: smtpd would include it without end" },
  },
  problems(problems, { report }) {
    for (const { span, path } of problemsOf(problems, "include-loop")) {
      report({ span, message: "loop", data: { path: quote(path) } });
    }
  },
});
