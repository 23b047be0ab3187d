import { usesIn } from "@smtpdlint/grammar";
import { alternatives, nearest, quote } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "invalid-dhe",
    category: "refused",
    summary: "a dhe other than none, auto or legacy",
    fixable: true,
    messages: { invalid: "{text} is not a kind of dhe" },
  },
  visit: {
    pki({ options }, context) {
      const words = usesIn("dheValue").map(({ word }) => word);
      for (const { keyword, value } of options) {
        if (keyword.word !== "dhe" || value?.kind !== "text" || value.faulty) continue;
        if (words.includes(value.value.toLowerCase())) continue;
        const data = { text: quote(value.value) };
        const suggestion = nearest(value.value, words);
        const fixes = (suggestion ? [suggestion] : words).flatMap((word) =>
          rewrite(context.model, value.span, word, false),
        );
        context.report({ span: value.span, message: "invalid", data, help: `write ${alternatives(words)}`, fixes });
      }
    },
  },
});
