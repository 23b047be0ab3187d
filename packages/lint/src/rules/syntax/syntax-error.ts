import type { UnexpectedToken } from "@smtpdlint/grammar";
import type { Model } from "@smtpdlint/model";
import type { Fix } from "../../diagnostic.ts";
import { defineRule } from "../../rule.ts";
import { describeExpected, describeToken } from "../../syntax-errors/describe.ts";
import { findRepair } from "../../syntax-errors/repair.ts";
import { findRunOn } from "../../syntax-errors/run-on.ts";

export const rule = defineRule({
  meta: {
    id: "syntax-error",
    category: "refused",
    summary: "something that the grammar has no place for",
    fixable: true,
    messages: {
      unexpected: "unexpected {found}",
      incomplete: "the statement ends too early",
      runOn: "the text that starts here goes on to line {line}: is a quote missing?",
    },
  },
  problems(_, { causedBy, model, report }) {
    for (const { problem } of causedBy("syntax-error")) {
      const { found, span } = problem;
      const incomplete = found.tokenType.name === "Newline";
      const runOn = findRunOn(problem, model);
      if (runOn) {
        report({ message: "runOn", ...runOn });
        continue;
      }
      const repair = findRepair(problem, model);
      report({
        span: incomplete ? { ...span, end: span.start } : span,
        message: incomplete ? "incomplete" : "unexpected",
        data: { found: describeToken(found) },
        help: repair?.help ?? `expected ${describeExpected(problem, model.target)}`,
        fixes: repair?.fixes ?? withoutComma(problem, model),
      });
    }
  },
});

/** A comma after the last entry of a list, which is one too many (parse.y). */
function withoutComma({ tokens, at, found }: UnexpectedToken, { sources }: Model): Fix[] {
  const previous = tokens[at - 1];
  if (found.tokenType.name !== "RBrace" || previous?.tokenType.name !== "Comma") return [];
  const { file, start, end } = previous;
  if (sources.macroAt({ file, start, end })) return [];
  return [{ title: "remove the comma", safe: true, edits: [{ span: { file, start, end }, text: "" }] }];
}
