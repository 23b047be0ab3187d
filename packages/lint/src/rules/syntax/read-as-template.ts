import { isTemplateName } from "@smtpdlint/grammar";
import { defineRule } from "../../rule.ts";
import { firstOf, silence } from "./template-placeholder.ts";

export const rule = defineRule({
  meta: {
    id: "read-as-template",
    category: "suspicious",
    severity: "info",
    summary: "a file that is read as a template, and so not checked as a whole",
    messages: { template: "this file is read as a template: {text} stands for what is not known" },
  },
  problems(_, { model, report }) {
    for (const file of model.sources.files) {
      // Of a configuration with another name, template-placeholder says that smtpd refuses it.
      const isConfiguration = file.id < model.config.files.length;
      if (!file.template || (isConfiguration && !isTemplateName(file.path))) continue;
      report({ ...firstOf(file), message: "template", help: silence });
    }
  },
});
