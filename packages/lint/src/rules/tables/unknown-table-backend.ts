import { knownBackends, quote, sourceOf } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";
import { backendAdvice } from "../shared/backend-advice.ts";

export const rule = defineRule({
  meta: {
    id: "unknown-table-backend",
    category: "suspicious",
    summary: "a table backend that is not known",
    fixable: true,
    messages: { unknown: "{backend} is neither one of smtpd's table backends nor a known add-on" },
  },
  visit: {
    table(table, context) {
      // With a machine to look at, missing-table-backend says more.
      if (!table.source || context.machine?.helperFolders.length) return;
      const { backend, path } = sourceOf(table) ?? {};
      if (!backend || knownBackends.includes(backend)) return;
      context.report({
        span: table.source.span,
        message: "unknown",
        data: { backend: quote(backend) },
        ...backendAdvice(context.model, table.source.span, backend, path),
      });
    },
  },
});
