import { defineRule } from "../../rule.ts";
import { describeExpected, describeToken } from "../../syntax-errors/describe.ts";

export const rule = defineRule({
  meta: {
    id: "syntax-error",
    category: "refused",
    summary: "something that the grammar has no place for",
    messages: {
      unexpected: "unexpected {found}",
      incomplete: "the statement ends too early",
    },
  },
  problems(_, { causedBy, model, report }) {
    for (const { problem } of causedBy("syntax-error")) {
      const { found, span, expected } = problem;
      const incomplete = found.tokenType.name === "Newline";
      report({
        span: incomplete ? { ...span, end: span.start } : span,
        message: incomplete ? "incomplete" : "unexpected",
        data: { found: describeToken(found) },
        help: `expected ${describeExpected(expected, model.target)}`,
      });
    }
  },
});
