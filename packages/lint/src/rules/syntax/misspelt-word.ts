import { keywords } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";
import { describeExpected } from "../../syntax-errors/describe.ts";
import { hasOtherName } from "../../syntax-errors/other-names.ts";

export const rule = defineRule({
  meta: {
    id: "misspelt-word",
    category: "refused",
    summary: "a word that is almost a keyword",
    fixable: true,
    messages: {
      misspelt: "unknown word {word}; did you mean {suggestion}?",
      other: "{word} cannot appear here; did you mean {suggestion}?",
    },
  },
  problems(_, { causedBy, model, report }) {
    for (const { problem, cause } of causedBy("misspelt-word")) {
      const { token, suggestion } = cause;
      const span = { file: token.file, start: token.start, end: token.end };
      report({
        span,
        message: keywords.has(token.image) ? "other" : "misspelt",
        data: { word: quote(token.image), suggestion: quote(suggestion) },
        help: token === problem.found ? `expected ${describeExpected(problem, model.target)}` : undefined,
        // A keyword that has its place elsewhere is hardly a slip of this one.
        fixes: keywords.has(token.image) && !hasOtherName(token.image) ? [] : rewrite(model, span, suggestion, false),
      });
    }
  },
});
