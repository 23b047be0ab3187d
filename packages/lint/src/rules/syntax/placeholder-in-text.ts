import { isBuiltinTable, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "placeholder-in-text",
    category: "suspicious",
    summary: "a placeholder of a guide or template that was left in a text",
    messages: { left: "{text} looks like a placeholder, and smtpd uses it as it is" },
  },
  visit: {
    text(text, context, parents) {
      if (text.faulty || !/[<_]/.test(text.value)) return;
      const [statement] = parents;
      const parent = parents.at(-1);
      // The value of a macro is read again where it is used, as the name of a table perhaps. Replies are free in their words.
      if (statement?.kind === "macro" || parent?.kind === "filter-action") return;
      // smtpd's own tables have such names.
      if (parent?.kind === "table-reference" || isBuiltinTable(text.value)) return;
      // These names have a rule that looks at all of their characters.
      if ((statement?.kind === "pki" || statement?.kind === "ca") && parent === statement) return;
      const whole = /^<([a-z][\w .-]*)>$/i.exec(text.value)?.[1];
      if (whole !== undefined) {
        // A table in quotes is said elsewhere.
        if (context.model.symbols.definitionsOf("table", whole).length > 0) return;
        context.report({ span: text.span, message: "left", data: { text: quote(text.value) }, help });
        return;
      }
      for (const { index, 0: found } of text.value.matchAll(
        /<[A-Za-z][\w.-]*>(?!\w)|\b(?:YOUR|CHANGE)_[A-Z][A-Z_]*\b/g,
      )) {
        const span = context.model.sources.spanWithin(text, index, index + found.length);
        context.report({ span, message: "left", data: { text: quote(found) }, help });
      }
    },
  },
});

const help = "write what belongs there";
