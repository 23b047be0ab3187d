import { problemsOf } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "macro-name-with-blank",
    category: "refused",
    summary: "a macro whose name holds a blank",
    messages: { blank: "the name of macro {name} holds a blank" },
  },
  problems(problems, { report }) {
    for (const { span, name } of problemsOf(problems, "macro-name-with-blank")) {
      report({ span, message: "blank", data: { name: quote(name) } });
    }
  },
});
