import { problemsOf } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";
import { shellPlaceholder } from "../../syntax-errors/placeholder.ts";

export const rule = defineRule({
  meta: {
    id: "template-placeholder",
    category: "refused",
    summary: "a placeholder that a template engine should have replaced",
    messages: { placeholder: "{text} looks like a template's placeholder; smtpd cannot read it" },
  },
  problems(problems, { causedBy, model, report }) {
    const help = "lint the file that the template produces";
    for (const { problem, cause } of causedBy("template-placeholder")) {
      report({ span: problem.span, message: "placeholder", data: { text: quote(cause.text) }, help });
    }
    for (const { span, name } of problemsOf(problems, "undefined-macro")) {
      if (name !== "") continue;
      const text = model.sources.textAfter(span, shellPlaceholder);
      if (text) report({ span, message: "placeholder", data: { text: quote(text) }, help });
    }
  },
});
