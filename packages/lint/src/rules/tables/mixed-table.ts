import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "mixed-table",
    category: "refused",
    summary: "a table in braces with both values and keys",
    messages: {
      list: "this table is a list: its first entry has no '='",
      mapping: "this table is a mapping: each entry needs '=' and a value",
    },
  },
  visit: {
    "inline-table"({ mapping, entries }, { report }) {
      const odd = entries.find(({ assignment }) => (assignment !== undefined) !== mapping);
      const first = entries[0];
      if (!odd || !first) return;
      report({
        span: odd.assignment ?? odd.span,
        message: mapping ? "mapping" : "list",
        related: [{ span: first.span, message: "the first entry decides" }],
      });
    },
  },
});
