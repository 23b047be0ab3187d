import { defineRule } from "../rule.ts";
import { spanWithin } from "../text/span-within.ts";

export const rule = defineRule({
  meta: {
    id: "quote-in-mda-command",
    category: "broken",
    summary: "a double quote in the command of mda: every delivery fails",
    fixable: true,
    messages: { quote: "smtpd puts the command into double quotes, and this one ends them: every delivery fails" },
  },
  visit: {
    action({ method, argument, broken }, { model, report }) {
      if (method?.word !== "mda" || !argument || argument.faulty || broken) return;
      const { value, span, macro, quoted } = argument;
      const at = value.indexOf('"');
      if (at === -1) return;
      const mends = quoted && !macro && !/['\\]/.test(value) && value.split('"').length % 2 === 1;
      const text = `"${value.replaceAll('"', "'")}"`;
      report({
        span: spanWithin(model, argument, at, at + 1),
        message: "quote",
        help: "write single quotes inside the command",
        fixes: mends ? [{ title: "write single quotes", safe: false, edits: [{ span, text }] }] : [],
      });
    },
  },
});
