import { isAtLeast, type Span } from "@smtpdlint/grammar";
import { entriesOf, parseNetwork, quote } from "@smtpdlint/model";
import type { Fix } from "../../diagnostic.ts";
import { insert } from "../../edits.ts";
import { defineRule } from "../../rule.ts";
import { sourcedTable } from "../shared/sourced-table.ts";

/** Enough to see what is wrong. */
const mostReports = 10;

export const rule = defineRule({
  meta: {
    id: "split-address",
    category: "broken",
    fixable: true,
    summary: "an address of IPv6 in a table file that smtpd splits at its first colon",
    messages: { split: "smtpd splits {address} at the first colon: the entry is {key}, and the table a mapping" },
  },
  visit: {
    table(table, context) {
      const facts = sourcedTable(table, context);
      if (facts?.file?.kind !== "mapping") return;
      const { file } = facts;
      const { text } = file.source;
      const found: { key: string; address: string; place: Span; isAlone: boolean }[] = [];
      for (const { key, span, valueSpan } of entriesOf(facts)) {
        const whole = { ...span, end: valueSpan?.end ?? span.end };
        const [address = ""] = text.slice(whole.start, whole.end).split(/[ \t]/);
        if (!/^[0-9a-f]*:[0-9a-f:.]+(?:\/\d+)?$/i.test(address) || !parseNetwork(address)) continue;
        const place = { ...whole, end: whole.start + address.length };
        found.push({ key, address, place, isAlone: place.end === whole.end });
      }
      const [first] = found;
      if (!first) return;
      // Each by itself would make another kind of table of the file.
      const brackets: Fix = {
        title: found.length === 1 ? `write [${first.address}]` : "write all such addresses in brackets",
        safe: false,
        edits: found.flatMap(({ place }) => [insert(place, place.start, "["), insert(place, place.end, "]")]),
      };
      const list: Fix = {
        title: "begin the file with # @list",
        safe: false,
        edits: [insert(first.place, 0, "# @list\n")],
      };
      // Of a mapping a list would make something else.
      const isList = found.length === file.size && found.every(({ isAlone }) => isAlone);
      const knowsBrackets = isAtLeast(context.target, "7.6");
      for (const { key, address, place } of found.slice(0, mostReports)) {
        context.report({
          span: place,
          message: "split",
          data: { address: quote(address), key: quote(key) },
          help: knowsBrackets ? `write [${address}], or begin the file with # @list` : "begin the file with # @list",
          fixes: [...(knowsBrackets ? [brackets] : []), ...(isList ? [list] : [])],
        });
      }
    },
  },
});
