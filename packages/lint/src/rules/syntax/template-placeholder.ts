import { isTemplateName, type SourceFile } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { type Context, defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "template-placeholder",
    category: "refused",
    summary: "a placeholder that a template engine should have replaced",
    messages: { placeholder: "{text} looks like a template's placeholder; smtpd cannot read it" },
  },
  problems(_, { causedBy, report }) {
    for (const { problem, cause } of causedBy("template-placeholder")) {
      const help = "write what belongs there, or lint the file that the template produces";
      report({ span: problem.span, message: "placeholder", data: { text: quote(cause.text) }, help });
    }
  },
  model(model, { report }) {
    for (const file of model.config.files) {
      // Nobody expects smtpd to read a file with the name of a template.
      if (!file.template || isTemplateName(file.path)) continue;
      report({ ...firstOf(file), message: "placeholder", help: silence });
    }
  },
});

/** What is not said of a template. */
export const silence =
  "lint the file that the template produces: here the rules that look at all statements together are silent, open-relay among them";

/** The first place that makes a file a template, once a file. */
export function firstOf({ id, text, template }: SourceFile): Pick<Parameters<Context["report"]>[0], "span" | "data"> {
  const { start, end } = template?.first ?? { start: 0, end: 0 };
  return { span: { file: id, start, end }, data: { text: quote(text.slice(start, end)) } };
}
