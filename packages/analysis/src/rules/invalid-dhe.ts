import { usesIn } from "@smtpdlint/grammar";
import { defineRule } from "../rule.ts";
import { alternatives, quote } from "../text/format.ts";

export const rule = defineRule({
  meta: {
    id: "invalid-dhe",
    category: "refused",
    summary: "a dhe other than none, auto or legacy",
    messages: { invalid: "{text} is no kind of dhe" },
  },
  visit: {
    pki({ options }, { report }) {
      const words = usesIn("dheValue").map(({ word }) => word);
      for (const { keyword, value } of options) {
        if (keyword.word !== "dhe" || value?.kind !== "text" || value.faulty) continue;
        if (words.includes(value.value.toLowerCase())) continue;
        const data = { text: quote(value.value) };
        report({ span: value.span, message: "invalid", data, help: `write ${alternatives(words)}` });
      }
    },
  },
});
