import type { Text } from "@smtpdlint/grammar";
import { quote, quoteText } from "@smtpdlint/model";
import type { Fix } from "../../diagnostic.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "invalid-filter-reply",
    category: "broken",
    summary: "a reject or disconnect whose text is not an SMTP reply",
    fixable: true,
    messages: { reply: "{text} is not an SMTP reply: the client gets '421 Internal server error' and is disconnected" },
  },
  visit: {
    filter({ action }, { report }) {
      const word = action?.keyword.word;
      const text = action?.text;
      if ((word !== "reject" && word !== "disconnect") || !text || text.faulty) return;
      // smtp_session.c, smtp_session_imsg; util.c, valid_smtp_response
      if (/^[45]\d\d ./s.test(text.value)) return;
      const help = `start with a code from 400 to 599, then a space and the text: ${word} "550 go away"`;
      report({ span: text.span, message: "reply", data: { text: quote(text.value) }, help, fixes: fixes(text) });
    },
  },
});

/** A text without any code becomes the text of a 550, unless it comes from a macro. */
function fixes({ value, span, macro, quoted }: Text): Fix[] {
  const reply = quoteText(`550 ${value}`);
  if (macro || !quoted || !reply || /^\d|["'\\]/.test(value) || value === "") return [];
  return [{ title: "reply with 550", safe: false, edits: [{ span, text: reply }] }];
}
