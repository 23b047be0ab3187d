import { defineRule } from "../../rule.ts";

/** parse.y: PKI_MAX */
const PKI_MAX = 32;

export const rule = defineRule({
  meta: {
    id: "too-many-pki",
    category: "refused",
    summary: "a listener with more than 32 pki",
    lifetime: { since: "7.0" },
    messages: { many: "a listener can have {limit} pki, and this is one more" },
  },
  visit: {
    listen({ options }, { report }) {
      const extra = options.filter(({ keyword }) => keyword.word === "pki")[PKI_MAX];
      if (extra) report({ span: extra.span, message: "many", data: { limit: PKI_MAX } });
    },
  },
});
