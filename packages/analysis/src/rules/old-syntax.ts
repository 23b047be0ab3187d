import { defineRule } from "../rule.ts";
import { causedBy } from "../syntax/problems.ts";
import { quote } from "../text/format.ts";

export const rule = defineRule({
  meta: {
    id: "old-syntax",
    category: "refused",
    summary: "the configuration language that ended with OpenSMTPD 6.4",
    fixable: true,
    messages: { old: "{word} belongs to the language before OpenSMTPD 6.4" },
  },
  problems(problems, { model, report }) {
    for (const { cause } of causedBy("old-syntax", problems, model)) {
      const { token, old } = cause;
      const span = { file: token.file, start: token.start, end: token.end };
      const { replacement } = old;
      const title = `replace ${token.image} by ${replacement}`;
      const fixes = replacement && !token.macro ? [{ title, safe: true, edits: [{ span, text: replacement }] }] : [];
      report({ span, message: "old", data: { word: quote(token.image) }, help: `today it is ${old.now}`, fixes });
    }
  },
});
