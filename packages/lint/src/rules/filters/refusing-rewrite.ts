import { quote, writeText } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

/** Commands whose argument is an address in angle brackets, and those that take none (smtp_session.c, smtp_check_*). */
const withAddress: Readonly<Record<string, string>> = { "mail-from": "553", "rcpt-to": "501" };
const withoutArgument = new Set(["data", "commit"]);

export const rule = defineRule({
  meta: {
    id: "refusing-rewrite",
    category: "broken",
    summary: "a rewrite after which smtpd refuses the command",
    fixable: true,
    messages: {
      brackets: "{text} is not in angle brackets: smtpd answers each rewritten command with {code}",
      argument: "phase {phase} has no argument: smtpd answers each rewritten command with 500",
    },
  },
  visit: {
    filter({ phase, action }, context) {
      const text = action?.text;
      if (action?.keyword.word !== "rewrite" || !phase || !text || text.faulty) return;
      const code = Object.hasOwn(withAddress, phase.word) ? withAddress[phase.word] : undefined;
      if (code !== undefined && !/^[ \t]*<.*>$/s.test(text.value)) {
        const fixed = writeText(`<${text.value}>`, false);
        context.report({
          span: text.span,
          message: "brackets",
          data: { text: quote(text.value), code },
          help: `write ${fixed ?? "the address in < and >"}`,
          fixes: fixed === undefined || /[<>]/.test(text.value) ? [] : rewrite(context.model, text.span, fixed, true),
        });
      }
      if (withoutArgument.has(phase.word)) {
        const help = "use reject to refuse, or rewrite in helo, ehlo, mail-from or rcpt-to";
        context.report({ span: action.keyword.span, message: "argument", data: { phase: quote(phase.word) }, help });
      }
    },
  },
});
