import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "text-as-number",
    category: "refused",
    summary: "a quoted number where smtpd wants a bare one",
    fixable: true,
    messages: { quoted: "{number} in quotes is text, but a number is needed here" },
  },
  problems(_, { causedBy, model, report }) {
    for (const { problem, cause } of causedBy("quoted-number")) {
      const { span } = problem;
      const number = cause.token.image;
      const fixes = rewrite(model, span, number, true);
      report({ span, message: "quoted", data: { number }, help: `write ${number} without quotes`, fixes });
    }
  },
});
