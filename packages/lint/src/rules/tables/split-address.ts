import { isAtLeast } from "@smtpdlint/grammar";
import { entriesOf, parseNetwork, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

/** Enough to see what is wrong. */
const mostReports = 10;

export const rule = defineRule({
  meta: {
    id: "split-address",
    category: "broken",
    summary: "an address of IPv6 in a table file that smtpd splits at its first colon",
    messages: { split: "smtpd splits {address} at the first colon: the entry is {key}, and the table a mapping" },
  },
  visit: {
    table(table, context) {
      if (!table.source) return;
      const { file, ...facts } = context.model.tables.declared(table);
      if (file?.kind !== "mapping") return;
      let count = 0;
      for (const { key, span, valueSpan } of entriesOf({ ...facts, file })) {
        const whole = { ...span, end: valueSpan?.end ?? span.end };
        const [address = ""] = file.source.text.slice(whole.start, whole.end).split(/[ \t]/);
        if (!/^[0-9a-f]*:[0-9a-f:.]+(?:\/\d+)?$/i.test(address) || !parseNetwork(address) || ++count > mostReports)
          continue;
        context.report({
          span: { ...whole, end: whole.start + address.length },
          message: "split",
          data: { address: quote(address), key: quote(key) },
          help: isAtLeast(context.target, "7.6")
            ? `write [${address}], or begin the file with # @list`
            : "begin the file with # @list",
        });
      }
    },
  },
});
