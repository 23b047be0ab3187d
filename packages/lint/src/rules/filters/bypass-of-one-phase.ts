import { type Filter, originOf } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { refuses } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

/** In the order in which a session goes through them. */
const order = ["connect", "auth", "helo", "ehlo", "mail-from", "rcpt-to", "data", "commit"];

export const rule = defineRule({
  meta: {
    id: "bypass-of-one-phase",
    category: "suspicious",
    severity: "info",
    summary: "a bypass that does not reach the filters of later phases",
    lifetime: { since: "6.7" },
    messages: { later: "'bypass' ends the phase {phase} only: {name} of phase {later} is still asked" },
  },
  model(model, { policy, report }) {
    const reported = new Set<Filter>();
    for (const listener of model.listeners) {
      const filters = policy.filtersOf(listener);
      for (const filter of filters) {
        if (originOf(filter).action?.keyword.word !== "bypass" || reported.has(filter)) continue;
        const { phase, action } = filter;
        if (!phase || !action) continue;
        const at = order.indexOf(phase.word);
        const later = filters.find((item) => refuses(item) && item.phase && order.indexOf(item.phase.word) > at);
        if (!later?.phase || !later.name) continue;
        reported.add(filter);
        report({
          span: action.keyword.span,
          message: "later",
          data: { phase: quote(phase.word), name: quote(later.name.value), later: quote(later.phase.word) },
          related: [{ span: later.span, message: "this filter refuses later" }],
          help: `add a bypass for phase ${later.phase.word} before it`,
        });
      }
    }
  },
});
