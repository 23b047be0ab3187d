import { isAtLeast } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";
import { sourcedTable } from "../shared/sourced-table.ts";

export const rule = defineRule({
  meta: {
    id: "invalid-table-line",
    category: "refused",
    summary: "a line of a table's file for which smtpd refuses the table",
    messages: {
      noValue: "{line} has no value, but this file is a mapping",
      bracket: "the '[' of {line} is not closed",
    },
  },
  visit: {
    table(table, context) {
      const file = sourcedTable(table, context)?.file;
      if (!file?.malformed || !table.source) return;
      const span = file.malformed;
      const line = file.source.text.slice(span.start, span.end);
      const isBracket = line.startsWith("[") && !line.includes("]");
      const first = file.size > 0 ? [{ span: file.keySpan(0), message: "the first entry makes it a mapping" }] : [];
      context.report({
        span,
        message: isBracket && isAtLeast(context.target, "7.6") ? "bracket" : "noValue",
        data: { line: quote(line) },
        help: helpFor(file.source.text, span.start, isBracket),
        related: [{ span: table.source.span, message: "the table is declared here" }, ...(isBracket ? [] : first)],
      });
    },
  },
});

function helpFor(text: string, start: number, isBracket: boolean): string | undefined {
  if (isBracket) return "write an IPv6 address as [ADDRESS]";
  if (/[ \t]/.test(text[start - 1] ?? "")) return "a space at the start of a line does not continue the previous one";
  return "write a key, a space and a value on each line, or '# @list' as the first line for a list";
}
