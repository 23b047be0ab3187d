import { defineRule } from "../../rule.ts";
import { describeExpected, describeToken } from "../../syntax-errors/describe.ts";

export const rule = defineRule({
  meta: {
    id: "missing-value",
    category: "refused",
    summary: "a keyword without the value that belongs to it",
    messages: { missing: "{after} lacks its value" },
  },
  problems(_, { causedBy, model, report }) {
    for (const { problem, cause } of causedBy("missing-value")) {
      const form = cause.use ? `write ${cause.use.syntax}` : `expected ${describeExpected(problem, model.target)}`;
      const { file, start, end } = cause.after;
      report({
        span: { file, start, end },
        message: "missing",
        data: { after: describeToken(cause.after) },
        help: form,
      });
    }
  },
});
