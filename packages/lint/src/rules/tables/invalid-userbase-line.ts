import { entriesOf, optionOf, quote } from "@smtpdlint/model";
import { parseUser } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

/** Enough to see what is wrong. */
const mostReports = 10;

export const rule = defineRule({
  meta: {
    id: "invalid-userbase-line",
    category: "broken",
    summary: "a user of a userbase that smtpd cannot read",
    messages: { invalid: "{value} is not UID:GID:HOME: looking up the user {user} fails" },
  },
  visit: {
    action(action, { model, report }) {
      const table = optionOf(action, "userbase")?.value;
      if (action.broken || (table?.kind !== "table-reference" && table?.kind !== "inline-table")) return;
      let count = 0;
      for (const { key, value, valueSpan } of entriesOf(model.tables.of(table))) {
        // Keys with a domain are never looked up, which is a finding of its own.
        if (value === undefined || !valueSpan || key.includes("@")) continue;
        if (parseUser(key, value) !== "failure") continue;
        if (++count > mostReports) return;
        const help = "write numbers for the user and the group, and a directory, as in 1000:1000:/home/user";
        report({ span: valueSpan, message: "invalid", data: { value: quote(value), user: quote(key) }, help });
      }
    },
  },
});
