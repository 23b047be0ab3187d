import { defineRule } from "../../rule.ts";
import { describeToken } from "../../syntax-errors/describe.ts";

export const rule = defineRule({
  meta: {
    id: "unclosed-brace",
    category: "refused",
    summary: "a `{` without its `}`",
    messages: {
      endOfFile: "this '{' is never closed",
      statement: "{found} is between '{' and '}'",
    },
  },
  problems(_, { causedBy, report }) {
    for (const { problem, cause } of causedBy("unclosed-brace")) {
      const { brace } = cause;
      const { found, span } = problem;
      if (found.tokenType.name === "EOF") {
        report({ span: { file: brace.file, start: brace.start, end: brace.end }, message: "endOfFile" });
      } else {
        report({
          span,
          message: "statement",
          data: { found: describeToken(found) },
          help: "close the list with '}' on the line above",
          related: [{ span: brace, message: "this '{' is still open" }],
        });
      }
    }
  },
});
