import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "unused-suppression",
    category: "unused",
    summary: "a comment that suppresses nothing",
    fixable: true,
    messages: {
      unused: "{id} is suppressed here, but does not occur",
      enabled: "{id} is enabled here, but not disabled above",
    },
  },
  directives(problems, { report }) {
    for (const problem of problems) {
      if (problem.code !== "unused" && problem.code !== "not-disabled") continue;
      const { span, id, removal } = problem;
      const fix = { title: `remove ${id} from the comment`, safe: false, edits: [removal] };
      const message = problem.code === "unused" ? "unused" : "enabled";
      report({ span, message, data: { id: quote(id) }, fixes: [fix] });
    }
  },
});
