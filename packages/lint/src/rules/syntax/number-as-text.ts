import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "number-as-text",
    category: "refused",
    summary: "a number where smtpd wants text, such as a delay with a unit",
    fixable: true,
    messages: {
      unit: "the delay {number} has no unit",
      text: "a number must be quoted here",
    },
  },
  problems(_, { causedBy, model, report }) {
    for (const { problem, cause } of causedBy("bare-number")) {
      const { span } = problem;
      const number = cause.token.image;
      if (cause.wantsUnit) {
        const help = `write ${number}s, ${number}m, ${number}h or ${number}d: seconds, minutes, hours or days`;
        report({ span, message: "unit", data: { number }, help });
      } else {
        report({ span, message: "text", fixes: rewrite(model, span, `"${number}"`, true), help: `write "${number}"` });
      }
    }
  },
});
