import { cover, type Token } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "misplaced-negation",
    category: "refused",
    summary: "a `!` inside or after the condition that it should precede",
    fixable: true,
    messages: { inside: "'!' must come before {condition}" },
  },
  problems(_, { causedBy, model, report }) {
    for (const { problem, cause } of causedBy("misplaced-negation")) {
      const { negated } = cause;
      const condition = negated.slice(0, -1);
      const span = cover(negated[0] as Token, negated.at(-1) as Token);
      const words = model.sources.textAt(cover(condition[0] as Token, condition.at(-1) as Token));
      const isPlain = negated.every(({ file, macro }) => file === span.file && !macro) && !/[\n#\\]/.test(words);
      const gap = /\s/.test(model.sources.fileOf(span).text[span.end] ?? " ") ? "" : " ";
      report({
        span: problem.span,
        message: "inside",
        data: { condition: quote(words) },
        help: `write ! ${words}`,
        fixes: isPlain ? rewrite(model, span, `! ${words}${gap}`, true) : [],
      });
    }
  },
});
