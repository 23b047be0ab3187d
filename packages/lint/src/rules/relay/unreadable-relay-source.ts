import { entriesOf, optionOf, parseNetwork, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "unreadable-relay-source",
    category: "broken",
    summary: "a source address of IPv6 in a release that cannot read one",
    lifetime: { since: "7.5", until: "7.8" },
    messages: { unread: "{target} cannot read an address of IPv6 in 'src': mail that would use {address} is put off" },
  },
  visit: {
    action(action, { model, report }) {
      const table = optionOf(action, "src")?.value;
      if (
        action.broken ||
        (table?.kind !== "table-reference" && table?.kind !== "inline-table" && table?.kind !== "single-value")
      )
        return;
      for (const { key, span } of entriesOf(model.tables.of(table))) {
        if (parseNetwork(key)?.bytes.length !== 16) continue;
        report({
          span,
          message: "unread",
          data: { target: `OpenSMTPD ${model.target}`, address: quote(key) },
          help: "use 7.8, or leave IPv6 out",
        });
      }
    },
  },
});
