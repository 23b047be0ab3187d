import { insert } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "missing-backslash",
    category: "refused",
    summary: "a statement that goes on in the next line without a backslash",
    fixable: true,
    messages: { missing: "the statement ends with its line; to go on in the next, the line must end in '\\'" },
  },
  problems(_, { causedBy, report }) {
    for (const { cause } of causedBy("broken-continuation")) {
      const { span, flaw } = cause.continuation;
      if (flaw !== "missing") continue;
      report({
        span,
        message: "missing",
        help: "write ' \\' at the end of this line",
        fixes: [{ title: "continue the line with \\", safe: false, edits: [insert(span, span.end, " \\")] }],
      });
    }
  },
});
