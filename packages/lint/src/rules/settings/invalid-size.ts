import { parseSize, quote, suggestSize } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "invalid-size",
    category: "refused",
    summary: "a message size that smtpd cannot read",
    fixable: true,
    messages: { invalid: "{size} is not a size" },
  },
  visit: {
    smtp({ setting, value }, { model, report }) {
      if (setting?.word !== "max-message-size" || !value || (value.kind === "text" && value.faulty)) return;
      const size = value.kind === "number" ? BigInt(value.text) : parseSize(value.value, model.target);
      if (size !== undefined && size >= 0n) return;
      const suggestion = value.kind === "text" ? suggestSize(value.value) : undefined;
      report({
        span: value.span,
        message: "invalid",
        data: { size: quote(value.kind === "number" ? value.text : value.value) },
        help: "write a number of bytes, or a number with one of B, K, M, G, T, P or E, such as 35M",
        fixes: suggestion ? rewrite(model, value.span, suggestion, false) : [],
      });
    },
  },
});
