import { originOf } from "@smtpdlint/grammar";
import { optionOf, quote } from "@smtpdlint/model";
import { isError } from "@smtpdlint/policy";
import { didYouMean } from "../../edits.ts";
import { defineRule } from "../../rule.ts";
import { relayHostsOf } from "../shared/relay-hosts.ts";

export const rule = defineRule({
  meta: {
    id: "unknown-relay-label",
    category: "broken",
    summary: "a label of a relay that the table of passwords does not have",
    fixable: true,
    messages: { unknown: "the table of passwords has no {label}: all mail for this relay stays in the queue" },
  },
  visit: {
    action(action, context) {
      const table = optionOf(originOf(action), "auth")?.value;
      if (table?.kind !== "table-reference" && table?.kind !== "inline-table") return;
      const keys = context.model.tables.keysIn(action, table);
      if (!keys) return;
      for (const host of relayHostsOf(action, context)) {
        const { url } = host;
        if (isError(url) || !url.label || keys.has(url.label.toLowerCase())) continue;
        const { span } = host;
        const suggestion = keys.nearest(url.label);
        const advice = suggestion
          ? didYouMean(context.model, span, { before: "://", wrong: url.label, meant: suggestion })
          : { help: `add a line ${url.label} USER:PASSWORD` };
        context.report({ span, message: "unknown", data: { label: quote(url.label) }, ...advice });
      }
    },
  },
});
