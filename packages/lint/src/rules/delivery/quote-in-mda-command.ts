import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "quote-in-mda-command",
    category: "broken",
    summary: "a double quote in the command of mda: every delivery fails",
    fixable: true,
    messages: { quote: "smtpd puts the command into double quotes, and this one ends them: every delivery fails" },
  },
  visit: {
    action({ method, argument, broken }, context) {
      if (method?.word !== "mda" || !argument || argument.faulty || broken) return;
      const { value, span, macro, quoted } = argument;
      const at = findSplit(value);
      if (at === undefined) return;
      const mends = quoted && !macro && !/['\\]/.test(value) && value.split('"').length % 2 === 1;
      const text = `"${value.replaceAll('"', "'")}"`;
      context.report({
        span: context.model.sources.spanWithin(argument, at, at + 1),
        message: "quote",
        help: "write single quotes inside the command",
        fixes: mends ? [{ title: "change to single quotes", safe: false, edits: [{ span, text }] }] : [],
      });
    },
  },
});

/** The quote behind which the shell finds a blank outside of quotes; a backslash keeps a quote from being one. */
function findSplit(command: string): number | undefined {
  let quotedFrom: number | undefined;
  for (let at = 0; at < command.length; at++) {
    const char = command[at];
    if (char === "\\") at++;
    else if (char === '"') quotedFrom = quotedFrom === undefined ? at : undefined;
    else if (quotedFrom !== undefined && (char === " " || char === "\t")) return quotedFrom;
  }
  return undefined;
}
