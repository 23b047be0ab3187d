import { defineRule } from "../rule.ts";
import { quote } from "../text/format.ts";

export const rule = defineRule({
  meta: {
    id: "misplaced-ttl",
    category: "refused",
    summary: "an option of an action after its ttl",
    messages: { misplaced: "{option} must stand before 'ttl', which comes last" },
  },
  visit: {
    action({ options }, { report }) {
      const ttl = options.findIndex(({ keyword }) => keyword.word === "ttl");
      if (ttl === -1) return;
      const after = options.slice(ttl).find(({ keyword }) => keyword.word !== "ttl");
      if (!after) return;
      report({
        span: after.keyword.span,
        message: "misplaced",
        data: { option: quote(after.keyword.word) },
        related: [{ span: (options[ttl] as typeof after).span, message: "move this to the end" }],
      });
    },
  },
});
