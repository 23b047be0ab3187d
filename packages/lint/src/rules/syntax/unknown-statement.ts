import { alternatives, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";
import { statementsWith } from "../../syntax-errors/cause.ts";
import { foreignNamed } from "../../syntax-errors/foreign/find.ts";
import { statementWords } from "../../syntax-errors/tokens.ts";
import { byUse } from "../../syntax-errors/word-order.ts";

export const rule = defineRule({
  meta: {
    id: "unknown-statement",
    category: "refused",
    summary: "a line that starts like no statement",
    messages: { unknown: "no statement starts with {word}" },
  },
  problems(_, { causedBy, model, report }) {
    for (const { cause } of causedBy("unknown-statement")) {
      const { file, start, end, image } = cause.token;
      const owners = statementsWith(image, model.target);
      report({
        span: { file, start, end },
        message: "unknown",
        data: { word: quote(image) },
        help:
          foreignNamed(image)?.help ??
          (owners.length > 0
            ? `it can only appear within ${alternatives(owners)}`
            : `a statement starts with ${alternatives(byUse(statementWords(model.target), ""))}, or is NAME = VALUE`),
      });
    }
  },
});
