import type { TableExpression } from "@smtpdlint/grammar";
import { entriesOf, optionOf, quote } from "@smtpdlint/model";
import { parseSenders } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

/** Enough to see what is wrong. */
const mostReports = 10;

export const rule = defineRule({
  meta: {
    id: "invalid-senders-line",
    category: "broken",
    summary: "a list of a user's addresses that smtpd cannot read",
    messages: { invalid: "smtpd cannot read the addresses of {user}, and refuses all mail of {user} with 421" },
  },
  visit: {
    listen(listener, context) {
      const table = optionOf(listener, "senders")?.value as TableExpression | undefined;
      if (!table || listener.broken) return;
      let count = 0;
      for (const { key, value, valueSpan } of entriesOf(context.model.tables.of(table))) {
        if (value === undefined || !valueSpan || parseSenders(value) !== "failure") continue;
        if (++count > mostReports) return;
        const help = "each quote needs its twin, and a name or a domain has at most 255 characters; leave quotes out";
        context.report({ span: valueSpan, message: "invalid", data: { user: quote(key) }, help });
      }
    },
  },
});
