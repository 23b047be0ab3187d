import { problemsOf } from "@smtpdlint/grammar";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "ignored-rest",
    category: "suspicious",
    summary: "a NUL byte between statements, at which smtpd stops reading",
    messages: { ignored: "this NUL byte ends the file for smtpd: it ignores everything after it" },
  },
  problems(problems, { report }) {
    for (const { span, refused } of problemsOf(problems, "nul-byte")) {
      if (!refused) report({ span, message: "ignored" });
    }
  },
});
