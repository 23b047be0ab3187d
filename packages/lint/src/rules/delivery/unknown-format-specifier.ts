import type { Text } from "@smtpdlint/grammar";
import { checkFormat, formatNames, nearest, quote } from "@smtpdlint/model";
import { didYouMean } from "../../edits.ts";
import { type Context, defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "unknown-format-specifier",
    category: "broken",
    summary: "a format specifier that smtpd cannot expand: every delivery fails",
    fixable: true,
    messages: {
      name: "smtpd has no format specifier {specifier}: every delivery fails",
      modifier: "{specifier} has a modifier that smtpd does not have: every delivery fails",
      sliced: "a part in brackets and a modifier cannot go together in {specifier}: every delivery fails",
      slice: "{specifier} has no number in its brackets: every delivery fails",
      open: "{specifier} is not closed: every delivery fails",
      mda: "{specifier} is known in an 'mda wrapper' only: every delivery fails",
    },
  },
  visit: {
    action({ method, argument, broken }, context) {
      if (argument && !broken && method && ["maildir", "lmtp", "mda"].includes(method.word))
        check(argument, false, context);
    },
    mda({ command, broken }, context) {
      if (command && !broken) check(command, true, context);
    },
  },
});

function check(text: Text, isWrapper: boolean, context: Context): void {
  if (text.faulty) return;
  for (const { problem, start, end } of checkFormat(text.value, isWrapper)) {
    const specifier = text.value.slice(start, end);
    const name = specifier.slice(2, -1).replace(/[:[].*/, "");
    const suggestion = problem === "name" ? nearest(name, formatNames) : undefined;
    const span = context.model.sources.spanWithin(text, start, end);
    const advice = suggestion
      ? didYouMean(context.model, span, { before: "%{", wrong: name, meant: suggestion, shown: `%{${suggestion}}` })
      : { help: adviceFor(problem) };
    context.report({
      span,
      message: problem,
      data: { specifier: quote(specifier) },
      ...advice,
    });
  }
}

function adviceFor(problem: string): string | undefined {
  if (problem === "name") return `known are ${formatNames.join(", ")}`;
  return problem === "modifier" ? "known are lowercase, uppercase, strip and raw, with '|' between them" : undefined;
}
