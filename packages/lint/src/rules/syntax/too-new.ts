import { type Chain, type InlineTable, isAtLeast, type Release, type Span } from "@smtpdlint/grammar";
import { type Model, quote } from "@smtpdlint/model";
import type { Fix } from "../../diagnostic.ts";
import { insert } from "../../edits.ts";
import { type Context, defineRule } from "../../rule.ts";
import { blanksBehindBackslash } from "../../syntax-errors/continuation.ts";

export const rule = defineRule({
  meta: {
    id: "too-new",
    category: "refused",
    summary: "something that the target release does not know yet",
    fixable: true,
    messages: { new: "{what} came with OpenSMTPD {since}; the target is {target}" },
  },
  problems(_, { causedBy, model, report }) {
    for (const { cause } of causedBy("unsupported-word")) {
      const { token, since, use } = cause;
      report({
        span: { file: token.file, start: token.start, end: token.end },
        message: "new",
        data: { what: quote(use?.syntax ?? token.image), since, target: model.target },
      });
    }
  },
  visit: {
    "inline-table": checkLineBreaks,
    chain: checkLineBreaks,
    listen({ options }, context) {
      for (const { value } of options) {
        if (value?.kind === "chain")
          check("a filter chain in place", "6.6", { ...value.span, end: value.span.start + 1 }, context);
      }
    },
  },
});

function checkLineBreaks(braces: InlineTable | Chain, context: Context): void {
  const first = braces.lineBreaks[0];
  if (!first || isAtLeast(context.target, "7.5")) return;
  // What was to continue the line is said by blank-after-backslash.
  if (blanksBehindBackslash(context.model.sources.fileOf(first).text, first)) return;
  check("a line break here, within braces,", "7.5", first, context, joinLines(braces.span, context.model));
}

/** Puts a backslash before each line break; none where a comment or a quoted text runs up to it. */
function joinLines(span: Span, model: Model): Fix[] {
  const text = model.sources.textAt(span);
  if (/[#"']|\\\n/.test(text.replace(/"[^"\\\n]*"/g, ""))) return [];
  const edits = [...text.matchAll(/\n/g)].map(({ index }) => insert(span, span.start + index, " \\"));
  return [{ title: "continue the lines with \\", safe: true, edits }];
}

function check(what: string, since: Release, span: Span, context: Context, fixes: readonly Fix[] = []): void {
  const { target, report } = context;
  if (!isAtLeast(target, since)) report({ span, message: "new", data: { what, since, target }, fixes });
}
