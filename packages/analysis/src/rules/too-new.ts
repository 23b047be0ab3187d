import type { Release, Span } from "@smtpdlint/grammar";
import { type Context, defineRule } from "../rule.ts";
import { causedBy } from "../syntax/problems.ts";
import { quote } from "../text/format.ts";

export const rule = defineRule({
  meta: {
    id: "too-new",
    category: "refused",
    summary: "something that the target release does not know yet",
    messages: { new: "{what} came with OpenSMTPD {since}; the target is {target}" },
  },
  problems(problems, { model, report }) {
    for (const { cause } of causedBy("unsupported-word", problems, model)) {
      const { token, since, use } = cause;
      report({
        span: { file: token.file, start: token.start, end: token.end },
        message: "new",
        data: { what: quote(use?.syntax ?? token.image), since, target: model.target },
      });
    }
  },
  visit: {
    "inline-table": ({ lineBreaks }, context) => checkLineBreaks(lineBreaks, context),
    chain: ({ lineBreaks }, context) => checkLineBreaks(lineBreaks, context),
    listen({ options }, context) {
      for (const { value } of options) {
        if (value?.kind === "chain")
          check("a filter chain in place", "6.6", { ...value.span, end: value.span.start + 1 }, context);
      }
    },
  },
});

function checkLineBreaks(lineBreaks: readonly Span[], context: Context): void {
  const first = lineBreaks[0];
  if (first) check("a line break here, within braces,", "7.5", first, context);
}

function check(what: string, since: Release, span: Span, { model, report }: Context): void {
  if (!model.isAtLeast(since)) report({ span, message: "new", data: { what, since, target: model.target } });
}
