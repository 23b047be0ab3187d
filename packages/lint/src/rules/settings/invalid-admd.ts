import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "invalid-admd",
    category: "refused",
    summary: "an admd with characters that are not printable ASCII",
    messages: { invalid: "{text} cannot be the admd: only printable ASCII is allowed" },
  },
  visit: {
    admd({ value }, { report }) {
      if (value && !value.faulty && !/^[ -~]*$/.test(value.value)) {
        report({ span: value.span, message: "invalid", data: { text: quote(value.value) } });
      }
    },
  },
});
