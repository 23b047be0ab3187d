import { helpForFailure, quote, readFailures, unreadIncludes } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "unreadable-include",
    category: "refused",
    summary: "an included file that smtpd cannot read on this machine",
    messages: { unreadable: "smtpd cannot include {path} on this machine: {reason}" },
  },
  model(model, { report }) {
    for (const { span, path, reason } of unreadIncludes(model).refused) {
      const isAbsolute = model.sources.textAfter(span, /^["']?\//) !== undefined;
      report({
        span,
        message: "unreadable",
        data: { path: quote(path), reason: readFailures[reason] },
        help:
          helpForFailure(reason) ?? (isAbsolute ? undefined : "a relative path starts in smtpd's working directory"),
      });
    }
  },
});
