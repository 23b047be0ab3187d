import { entriesOf, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";
import { commentAbove } from "../shared/comment-above.ts";
import { sourcedTable } from "../shared/sourced-table.ts";

/** Enough to see what is wrong. */
const mostReports = 10;

export const rule = defineRule({
  meta: {
    id: "comment-in-table-entry",
    category: "suspicious",
    fixable: true,
    summary: "a comment after an entry of a table file, which becomes part of the entry",
    messages: { part: "a comment must have a line of its own: here {comment} is a part of the entry" },
  },
  visit: {
    table(table, context) {
      const facts = sourcedTable(table, context);
      if (!facts?.file || !hasHashInLine(facts.file.source.text)) return;
      let count = 0;
      for (const entry of entriesOf(facts)) {
        const { key, value } = entry;
        const text = value ?? key;
        const at = /(?:^|[ \t])#(?:[ \t]|$)/.exec(text)?.index ?? -1;
        if (at === -1 || ++count > mostReports) continue;
        const whole = entry.valueSpan ?? entry.span;
        const from = text.indexOf("#", at);
        const place = { ...whole, start: whole.start + from };
        context.report({
          span: place,
          message: "part",
          data: { comment: quote(text.slice(from)) },
          help: "write it in the line above",
          fixes: [
            {
              title: "move the comment to the line above",
              safe: false,
              edits: commentAbove(facts.file.source.text, place),
            },
          ],
        });
      }
    },
  },
});

/** True if a `#` stands elsewhere than at the start of a line; a file may have a million lines. */
function hasHashInLine(text: string): boolean {
  for (let at = text.indexOf("#"); at !== -1; at = text.indexOf("#", at + 1)) {
    if (at > 0 && text[at - 1] !== "\n") return true;
  }
  return false;
}
