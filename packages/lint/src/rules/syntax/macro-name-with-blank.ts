import { problemsOf } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "macro-name-with-blank",
    category: "refused",
    summary: "a macro whose name contains a space",
    messages: { blank: "the name of macro {name} contains a space" },
  },
  problems(problems, { report }) {
    for (const { span, name } of problemsOf(problems, "macro-name-with-blank")) {
      report({ span, message: "blank", data: { name: quote(name) } });
    }
  },
});
