import type { Chain, InlineTable } from "@smtpdlint/grammar";
import { type Context, defineRule } from "../../rule.ts";
import { blanksBehindBackslash, type Continuation } from "../../syntax-errors/continuation.ts";

export const rule = defineRule({
  meta: {
    id: "blank-after-backslash",
    category: "refused",
    summary: "a space or a comment after the backslash that should continue the line",
    fixable: true,
    messages: { behind: "'\\' continues a line only as its last character, but {what} follows it" },
  },
  problems(_, context) {
    for (const { cause } of context.causedBy("broken-continuation")) {
      if (cause.continuation.flaw !== "missing") context.report(describe(cause.continuation, context));
    }
  },
  visit: {
    "inline-table": checkLineBreaks,
    chain: checkLineBreaks,
  },
});

/** From 7.5 on, a line may end there anyway. */
function checkLineBreaks({ lineBreaks }: InlineTable | Chain, context: Context): void {
  const [first] = lineBreaks;
  if (!first || context.model.isAtLeast("7.5")) return;
  const continuation = blanksBehindBackslash(context.model.sources.fileOf(first).text, first);
  if (continuation) context.report(describe(continuation, context));
}

function describe({ span, flaw }: Continuation, { model }: Context) {
  const message = "behind" as const;
  if (flaw === "comment") {
    return {
      span,
      message,
      data: { what: "a comment" },
      help: "move the comment to a line of its own above the statement",
    };
  }
  const blanks = { ...span, start: span.start + 1 };
  const what = model.sources.textAt(blanks).includes("\t") ? "a tab" : "a space";
  // The next line must not join with a word.
  const isGlued = !/\s/.test(model.sources.fileOf(span).text[span.start - 1] ?? " ");
  const fixes = [{ title: `remove ${what}`, safe: true, edits: [{ span, text: isGlued ? " \\" : "\\" }] }];
  return { span, message, data: { what }, help: "remove what follows it", fixes };
}
