import { parseDelay } from "@smtpdlint/model";
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
        // Who counts in large numbers counts seconds.
        const units = Number(number) < 100 ? ["d", "h", "m", "s"] : ["s", "m", "h", "d"];
        const delays = units.map((unit) => `${number}${unit}`).filter((text) => parseDelay(text) !== undefined);
        const fixes = delays.flatMap((text) => rewrite(model, span, text, false));
        report({ span, message: "unit", data: { number }, help, fixes });
      } else {
        report({ span, message: "text", fixes: rewrite(model, span, `"${number}"`, true), help: `write "${number}"` });
      }
    }
  },
});
