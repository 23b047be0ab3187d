import { quote } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

const today: Readonly<Record<string, string>> = { u: "dest.user", d: "dest.domain", a: "dest" };

export const rule = defineRule({
  meta: {
    id: "old-format-specifier",
    category: "suspicious",
    fixable: true,
    summary: "a format specifier of releases before 5.4, which is plain text now",
    messages: { literal: "{specifier} is no longer a format specifier: it becomes part of the path" },
  },
  visit: {
    action({ method, argument }, context) {
      if (method?.word !== "maildir" || !argument || argument.faulty) return;
      for (const { index, 0: specifier, 1: letter = "" } of argument.value.matchAll(/%([uda])(?![A-Za-z0-9{])/g)) {
        const now = `%{${today[letter]}}`;
        const span = context.model.sources.spanWithin(argument, index, index + 2);
        const fixes = context.model.sources.textAt(span) === specifier ? rewrite(context.model, span, now, false) : [];
        context.report({
          span,
          message: "literal",
          data: { specifier: quote(specifier) },
          help: `write ${now}`,
          fixes,
        });
      }
    },
  },
});
