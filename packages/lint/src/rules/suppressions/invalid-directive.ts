import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "invalid-directive",
    category: "suspicious",
    summary: "a comment for smtpdlint that it cannot obey",
    messages: {
      malformed: "smtpdlint cannot obey this comment: {reason}",
      target: "this target has no effect: the file is read for {target}",
    },
  },
  directives(problems, { report }) {
    for (const problem of problems) {
      if (problem.code === "malformed") {
        report({ span: problem.span, message: "malformed", data: { reason: problem.message } });
      } else if (problem.code === "other-target") {
        const help = "the first target in the main file counts";
        report({ span: problem.span, message: "target", data: { target: problem.target }, help });
      }
    }
  },
});
