import { cover, type Token } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "list-without-braces",
    category: "refused",
    summary: "several values without the braces that make them a list",
    fixable: true,
    messages: { bare: "{values} must be in braces" },
  },
  problems(_, { causedBy, model, report }) {
    for (const { cause } of causedBy("bare-list")) {
      const { list } = cause;
      const span = cover(list[0] as Token, list.at(-1) as Token);
      const text = model.sources.textAt(span);
      const isPlain = list.every(({ file, macro }) => file === span.file && !macro) && !text.includes("\n");
      // Without a comma the second value may be something else that is misplaced.
      const safe = list.some(({ tokenType }) => tokenType.name === "Comma");
      report({
        span,
        message: "bare",
        data: { values: quote(text) },
        help: `write ${isPlain ? `{ ${text} }` : "{ VALUE, VALUE }"}`,
        fixes: isPlain ? rewrite(model, span, `{ ${text} }`, safe) : [],
      });
    }
  },
});
