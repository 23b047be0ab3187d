import { quote } from "@smtpdlint/model";
import { moveBehind } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "misplaced-ttl",
    category: "refused",
    judgesCombinations: true,
    summary: "an option of an action after its ttl",
    fixable: true,
    messages: { misplaced: "{option} must come before 'ttl', which comes last" },
  },
  visit: {
    action({ options }, context) {
      const at = options.findIndex(({ keyword }) => keyword.word === "ttl");
      const [ttl, last] = [options[at], options.at(-1)];
      if (!ttl || !last) return;
      const after = options.slice(at).find(({ keyword }) => keyword.word !== "ttl");
      if (!after) return;
      const movable = !options.some(({ keyword }) => context.model.sources.macroAt(keyword.span));
      const fix = { title: "move ttl to the end", safe: true, edits: moveBehind(context.model, ttl.span, last.span) };
      context.report({
        span: after.keyword.span,
        message: "misplaced",
        data: { option: quote(after.keyword.word) },
        related: [{ span: ttl.span, message: "move this to the end" }],
        fixes: movable ? [fix] : [],
      });
    },
  },
});
