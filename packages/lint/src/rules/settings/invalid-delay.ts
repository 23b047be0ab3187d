import type { Text } from "@smtpdlint/grammar";
import { parseDelay, quote, quoteText, suggestDelay } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { type Context, defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "invalid-delay",
    category: "refused",
    summary: "a delay that is not a number from 1 on with one unit s, m, h or d",
    fixable: true,
    messages: {
      invalid: "{delay} is not a delay",
      short: "the delay {delay} is too short: srs counts whole days",
    },
  },
  visit: {
    action({ options }, context) {
      for (const { keyword, value } of options) {
        if (keyword.word === "ttl" && value?.kind === "text") check(value, context);
      }
    },
    bounce({ delays }, context) {
      for (const delay of delays) check(delay, context);
    },
    queue({ setting, value }, context) {
      if (setting?.word === "ttl" && value) check(value, context);
    },
    srs({ setting, value }, context) {
      if (setting?.word !== "ttl" || !value || !check(value, context)) return;
      const seconds = parseDelay(value.value) ?? 0;
      if (seconds >= 86400) return;
      context.report({
        span: value.span,
        message: "short",
        data: { delay: quote(value.value) },
        help: "write 1d or more",
        fixes: rewrite(context.model, value.span, value.quoted ? '"1d"' : "1d", false),
      });
    },
  },
});

/** Reports a text that is no delay; true if it is one. */
function check({ value, span, quoted, faulty }: Text, context: Context): boolean {
  if (faulty) return false;
  if (parseDelay(value) !== undefined) return true;
  const help = /[a-z]\d|[a-z]{2}/i.test(value)
    ? "write one number with one unit: s, m, h or d (1d12h is 36h)"
    : "use a number and one unit: s, m, h or d (maximum 24855d)";
  const suggestion = suggestDelay(value);
  const text = suggestion && quoted ? quoteText(suggestion) : suggestion;
  const fixes = text ? rewrite(context.model, span, text, true) : [];
  context.report({ span, message: "invalid", data: { delay: quote(value) }, help, fixes });
  return false;
}
