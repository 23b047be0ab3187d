import { cover, type Token } from "@smtpdlint/grammar";
import { alternatives, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";
import { describeExpected } from "../../syntax-errors/describe.ts";

export const rule = defineRule({
  meta: {
    id: "misplaced-word",
    category: "refused",
    summary: "a keyword of the statement in the wrong place",
    messages: {
      misplaced: "{word} is not allowed here; it is written {forms}",
      late: "{word} cannot come after {outcome}, which ends the rule",
      foreign: "{owner} has no {word}: that is an option of {owners}",
    },
  },
  problems(_, { causedBy, model, report }) {
    for (const { problem, cause } of causedBy("misplaced-word")) {
      const forms = alternatives([...new Set(cause.uses.map((use) => quote(use.syntax)))]);
      report({
        span: problem.span,
        message: "misplaced",
        data: { word: quote(cause.token.image), forms },
        help: `expected ${describeExpected(problem, model.target)}`,
      });
    }
    for (const { problem, cause } of causedBy("late-condition")) {
      const [first, last] = [cause.outcome[0] as Token, cause.outcome.at(-1) as Token];
      const outcome = quote(model.sources.textAt(cover(first, last)));
      const isCondition = !/^(action|reject)$/.test(cause.token.image);
      const help = isCondition ? "write all conditions before it" : "write one of the two";
      report({ span: problem.span, message: "late", data: { word: quote(cause.token.image), outcome }, help });
    }
    for (const { problem, cause } of causedBy("foreign-option")) {
      const { owner, owners } = cause;
      report({
        span: problem.span,
        message: "foreign",
        data: { owner, word: quote(cause.token.image), owners },
        help: `expected ${describeExpected(problem, model.target)}`,
      });
    }
  },
});
