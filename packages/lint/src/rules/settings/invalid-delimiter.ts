import { byteLength } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "invalid-delimiter",
    category: "refused",
    summary: "a sub-address delimiter that is not one printable character",
    messages: {
      length: "the delimiter {text} must be one character of ASCII",
      character: "{text} cannot be the delimiter",
    },
  },
  visit: {
    smtp({ setting, value }, { report }) {
      if (setting?.word !== "sub-addr-delim" || value?.kind !== "text" || value.faulty) return;
      const { value: text, span } = value;
      const data = { text: quote(text) };
      if (byteLength(text) !== 1) report({ span, message: "length", data, help: 'the default is "+"' });
      else if (!/^[!-?A-~]$/.test(text))
        report({ span, message: "character", data, help: "spaces and '@' are not allowed" });
    },
  },
});
