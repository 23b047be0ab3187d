import { problemsOf } from "@smtpdlint/grammar";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "byte-order-mark",
    category: "refused",
    summary: "a byte-order mark, which smtpd does not skip",
    fixable: true,
    messages: { mark: "smtpd cannot read the byte-order mark here" },
  },
  problems(problems, { report }) {
    for (const { span } of problemsOf(problems, "byte-order-mark")) {
      const fix = { title: "remove the byte-order mark", safe: true, edits: [{ span, text: "" }] };
      report({ span, message: "mark", help: "save the file as UTF-8 without a byte-order mark", fixes: [fix] });
    }
  },
});
