import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "unexpanded-macro",
    category: "suspicious",
    summary: "the name of a macro where smtpd does not expand macros",
    messages: {
      literal: "{macro} is not expanded here: smtpd knows macros only at the start of a word, without quotes",
    },
  },
  visit: {
    text(text, { model, report }) {
      if (text.macro || text.faulty || !text.value.includes("$")) return;
      for (const { index, 0: reference, 1: name = "" } of text.value.matchAll(/\$(\w+)/g)) {
        if (model.symbols.definitionsOf("macro", name).length === 0) continue;
        const help = "write the whole text into the macro, and the macro alone here";
        const span = model.sources.spanWithin(text, index, index + reference.length);
        report({ span, message: "literal", data: { macro: quote(reference) }, help });
        return;
      }
    },
  },
});
