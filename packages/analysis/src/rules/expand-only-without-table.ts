import { defineRule } from "../rule.ts";

export const rule = defineRule({
  meta: {
    id: "expand-only-without-table",
    category: "suspicious",
    severity: "info",
    summary: "expand-only without anything by which to expand",
    messages: { none: "'expand-only' delivers nothing itself, and without alias or virtual it has nothing to expand" },
  },
  visit: {
    action({ method, options, broken }, { report }) {
      if (method?.word !== "expand-only" || broken) return;
      if (options.some(({ keyword }) => keyword.word === "alias" || keyword.word === "virtual")) return;
      report({ span: method.span, message: "none", help: "add alias <TABLE> or virtual <TABLE>" });
    },
  },
});
