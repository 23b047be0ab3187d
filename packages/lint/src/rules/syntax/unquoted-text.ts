import { type MacroUse, problemsOf, type Span } from "@smtpdlint/grammar";
import { type Model, quote, quoteText } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";
import { unquotedCommand } from "../../syntax-errors/unquoted-command.ts";

export const rule = defineRule({
  meta: {
    id: "unquoted-text",
    category: "refused",
    summary: "a path, pattern or other text that needs quotes",
    fixable: true,
    messages: {
      unquoted: "{text} must be quoted",
      macro: "the value of macro {name} is read as if it were written here, where {text} must be quoted",
      nested: "{text} is not replaced: the value of a macro is not searched for macros",
    },
  },
  problems(problems, { model, report }) {
    let command: ReturnType<typeof unquotedCommand>;
    for (const { span, text } of problemsOf(problems, "unquoted-text")) {
      const use = model.sources.macroAt(span);
      // The further words of a command belong to it.
      if (command && span.file === command.span.file && span.start > command.span.start && span.end <= command.span.end)
        continue;
      command = use ? undefined : unquotedCommand(span, model);
      if (command) {
        const fixes = rewrite(model, command.span, command.quoted, false);
        report({
          span: command.span,
          message: "unquoted",
          data: { text: quote(model.sources.textAt(command.span)) },
          help: command.help,
          fixes,
        });
        continue;
      }
      if (use) {
        const name = quote(use.name);
        const related = use.definition ? [{ span: use.definition, message: `${name} is defined here` }] : [];
        if (text.startsWith("$")) report({ span, message: "nested", data: { text: quote(text) }, related });
        else {
          const value = quoteTwice(text);
          const help = value && `put quotes into the value: ${use.name} = ${value}`;
          const fixes = quoteValue(model, use, text);
          report({ span, message: "macro", data: { name, text: quote(text) }, help, related, fixes });
        }
        continue;
      }
      const quoted = quoteText(text);
      report({
        span,
        message: "unquoted",
        data: { text: quote(text) },
        help: `${quoted ? `write ${quoted}; ` : ""}without quotes a word starts with a letter, a digit, '_' or ':'`,
        fixes: quoted && isPlain(model, span) ? rewrite(model, span, quoted, true) : [],
      });
    }
  },
});

/**
 * True for a path, pattern or address that stands by itself. Anything else may
 * be a piece of a template or of a script, which quotes would not mend.
 */
function isPlain(model: Model, span: Span): boolean {
  const { text } = model.sources.fileOf(span);
  const around = (text[span.start - 1] ?? " ") + (text[span.end] ?? " ");
  return /^[\s{,=][\s},]$/.test(around) && /^[/~*@.+[][^"'%;$`]+$/.test(model.sources.textAt(span));
}

/** Puts quotes into the value of a macro that is nothing but the text. */
function quoteValue(model: Model, { definition }: MacroUse, text: string) {
  const isAll =
    definition &&
    /^["']/.test(model.sources.textAt(definition)) &&
    model.sources.textAt(definition).slice(1, -1) === text;
  const value = quoteTwice(text);
  return isAll && value ? rewrite(model, definition, value, true) : [];
}

/** The value of a macro that stands for the text in quotes. */
function quoteTwice(text: string): string | undefined {
  const once = quoteText(text);
  return once && quoteText(once);
}
