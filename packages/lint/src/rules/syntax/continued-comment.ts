import { parse, type Release } from "@smtpdlint/grammar";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "continued-comment",
    category: "suspicious",
    summary: "a comment that ends in a backslash and so swallows the statement below it",
    fixable: true,
    messages: { swallowed: "this statement is part of the comment above, which ends in a backslash" },
  },
  model({ config, target }, { report }) {
    for (const { text, comments } of config.files) {
      for (const { file, start, end } of comments) {
        const newline = text.indexOf("\n", start);
        if (newline === -1 || newline >= end || !isStatement(text.slice(newline + 1, end), target)) continue;
        const backslash = { file, start: newline - 1, end: newline };
        report({
          span: { file, start: newline + 1, end },
          message: "swallowed",
          help: "remove the backslash, or put '#' before this line if it is meant to be a comment",
          related: [{ span: backslash, message: "the backslash" }],
          fixes: [{ title: "end the comment at its line", safe: false, edits: [{ span: backslash, text: "" }] }],
        });
      }
    }
  },
});

/** An indented line rather continues the statement that the comment holds. */
function isStatement(text: string, target: Release): boolean {
  if (!/^[a-z"']/i.test(text)) return false;
  const { config, problems } = parse("", text, { target });
  return config.statements.length > 0 && problems.every(({ code }) => code === "undefined-macro");
}
