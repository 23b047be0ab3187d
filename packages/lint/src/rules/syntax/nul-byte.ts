import { problemsOf } from "@smtpdlint/grammar";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "nul-byte",
    category: "refused",
    summary: "a NUL byte within a statement",
    messages: { nul: "there is a NUL byte in this statement" },
  },
  problems(problems, { report }) {
    for (const { span, refused } of problemsOf(problems, "nul-byte")) {
      if (refused) report({ span, message: "nul", help: "is this a text file?" });
    }
  },
});
