import { keywords, type Text } from "@smtpdlint/grammar";
import { type Model, quote, quoteText } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { type Context, defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "unexpanded-macro",
    category: "suspicious",
    summary: "the name of a macro where smtpd does not expand macros",
    fixable: true,
    messages: {
      literal: "{macro} is not expanded here: smtpd knows macros only at the start of a word, without quotes",
    },
  },
  visit: {
    text(text, context) {
      if (text.macro || text.faulty || !text.value.includes("$")) return;
      const { model, report } = context;
      for (const { index, 0: reference, 1: name = "" } of text.value.matchAll(/\$(\w+)/g)) {
        if (!isMacro(name, context)) continue;
        const whole = expanded(text, model);
        const help = whole
          ? `write ${whole}, or a macro that holds all of it`
          : "write the whole text into the macro, and the macro alone here";
        const span = model.sources.spanWithin(text, index, index + reference.length);
        const fixes = whole ? rewrite(model, text.span, whole, false) : [];
        report({ span, message: "literal", data: { macro: quote(reference) }, help, fixes });
        return;
      }
    },
  },
});

/** True for a name that is defined, or would be if it were quoted. */
function isMacro(name: string, { model, causedBy }: Context): boolean {
  if (model.symbols.definitionsOf("macro", name).length > 0) return true;
  if (!keywords.has(name)) return false;
  return causedBy("reserved-word").some(
    ({ problem: { at, tokens } }) => at === 0 && tokens[0]?.image === name && tokens[1]?.tokenType.name === "Equals",
  );
}

/** A word with the values of its macros in it, quoted; undefined for anything longer, or where a value is not known. */
function expanded({ value }: Text, { symbols }: Model): string | undefined {
  if (/\s/.test(value)) return undefined;
  let isKnown = true;
  const whole = value.replace(/\$(\w+)/g, (_, name: string) => {
    const [definition, other] = symbols.definitionsOf("macro", name);
    const statement = definition?.statement;
    const text = statement?.kind === "macro" && !other ? statement.value : undefined;
    if (!text || text.faulty || /[\s"'$]/.test(text.value)) isKnown = false;
    return text?.value ?? "";
  });
  return isKnown ? quoteText(whole) : undefined;
}
