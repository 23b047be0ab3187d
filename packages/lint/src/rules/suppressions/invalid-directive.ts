import { didYouMean } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "invalid-directive",
    category: "suspicious",
    summary: "a comment for smtpdlint that it cannot obey",
    fixable: true,
    messages: {
      malformed: "smtpdlint cannot obey this comment: {reason}",
      target: "this target has no effect: the file is read for {target}",
    },
  },
  directives(problems, { model, report }) {
    for (const problem of problems) {
      if (problem.code === "malformed") {
        const { span, message, slip } = problem;
        const advice = slip && didYouMean(model, span, slip);
        report({ span, message: "malformed", data: { reason: message }, ...advice });
      } else if (problem.code === "other-target") {
        const help = "the first target in the main file counts";
        report({ span: problem.span, message: "target", data: { target: problem.target }, help });
      }
    }
  },
});
