import type { Filter } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { commandOf, isSigner } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

/** Programs that are known to change headers or text. */
const modifiers = /filter-rspamd|spamassassin|filter-spamc?\b|altermime|admdscrub|clamav/;

export const rule = defineRule({
  meta: {
    id: "filter-after-signing",
    category: "suspicious",
    summary: "a filter that may change a message after it was signed",
    lifetime: { since: "6.6" },
    messages: { after: "{name} comes after {signer}: what it changes breaks the signature" },
  },
  model(model, { policy, report }) {
    const reported = new Set<Filter>();
    for (const statement of [...model.listeners, ...model.actions]) {
      const filters = policy.filtersOf(statement);
      const at = filters.findIndex((filter) => isSigner(filter, model.symbols));
      const signer = filters[at];
      const later = filters.slice(at + 1).find((filter) => modifiers.test(commandOf(filter, model.symbols) ?? ""));
      if (!signer?.name || !later?.name || reported.has(later)) continue;
      reported.add(later);
      report({
        span: later.name.span,
        message: "after",
        data: { name: quote(later.name.value), signer: quote(signer.name.value) },
        related: [{ span: statement.span, message: "in this order" }],
        help: "let the filter that signs be the last one",
      });
    }
  },
});
