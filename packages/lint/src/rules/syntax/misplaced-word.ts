import { cover, type Span, type Token } from "@smtpdlint/grammar";
import { alternatives, type Model, quote } from "@smtpdlint/model";
import type { Fix } from "../../diagnostic.ts";
import { moveBehind } from "../../edits.ts";
import { defineRule } from "../../rule.ts";
import { describeExpected } from "../../syntax-errors/describe.ts";

/** Moves what ends a rule behind the conditions that follow it on its line; none where something else follows as well. */
function outcomeLast(model: Model, outcome: Span): Fix[] {
  const { text } = model.sources.fileOf(outcome);
  const rest = /[^\n]*/.exec(text.slice(outcome.end))?.[0].trimEnd() ?? "";
  if (/[#\\$]|(?:^|\s)(?:action|reject)\b/.test(rest)) return [];
  const place = { ...outcome, end: outcome.end + rest.length };
  const title = `move '${model.sources.textAt(outcome)}' to the end`;
  return [{ title, safe: false, edits: moveBehind(model, outcome, place) }];
}

export const rule = defineRule({
  meta: {
    id: "misplaced-word",
    category: "refused",
    fixable: true,
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
      const fixes = isCondition ? outcomeLast(model, cover(first, last)) : [];
      report({ span: problem.span, message: "late", data: { word: quote(cause.token.image), outcome }, help, fixes });
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
