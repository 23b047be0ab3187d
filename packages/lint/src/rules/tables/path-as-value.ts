import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "path-as-value",
    category: "broken",
    summary: "the path of a table in braces, where smtpd reads it as a value",
    fixable: true,
    messages: { literal: "in braces {path} is a value like any other: smtpd does not read the file" },
  },
  visit: {
    "inline-table"({ entries, mapping, span }, { report }, parents) {
      if (mapping) return;
      for (const { key } of entries) {
        if (key.faulty || !/^(?:file|static|db|proc):\//.test(key.value)) continue;
        const declared = parents.at(-1)?.kind === "table";
        // One path alone in a declaration can only be meant as its file.
        const mends = declared && entries.length === 1 && !key.macro;
        report({
          span: key.span,
          message: "literal",
          data: { path: quote(key.value) },
          help: declared
            ? "leave the braces out: table NAME file:/PATH"
            : "define table NAME file:/PATH, and write <NAME>",
          fixes: mends ? [{ title: "remove the braces", safe: false, edits: [{ span, text: key.value }] }] : [],
        });
      }
    },
  },
});
