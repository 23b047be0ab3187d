import { quote } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "reserved-word",
    category: "refused",
    summary: "a keyword as a name or value without quotes",
    fixable: true,
    messages: { reserved: "{word} is a reserved word and must be quoted to stand here" },
  },
  problems(_, { causedBy, model, report }) {
    for (const { problem, cause } of causedBy("reserved-word")) {
      const { span } = problem;
      const word = cause.token.image;
      const fixes = rewrite(model, span, `"${word}"`, true);
      report({ span, message: "reserved", data: { word: quote(word) }, help: `write "${word}"`, fixes });
    }
  },
});
