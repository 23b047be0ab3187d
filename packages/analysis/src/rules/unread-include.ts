import { unreadIncludes } from "../model/includes.ts";
import { defineRule } from "../rule.ts";
import { quote } from "../text/format.ts";
import { readFailures } from "../text/read-failure.ts";

export const rule = defineRule({
  meta: {
    id: "unread-include",
    category: "suspicious",
    summary: "an included file that could not be read",
    messages: { unread: "the included file {path} was not read: {reason}" },
  },
  model(model, { report }) {
    for (const { span, path, reason } of unreadIncludes(model).other) {
      const why =
        reason === "directory" ? "it is a directory, which smtpd takes for an empty file" : readFailures[reason];
      report({
        span,
        message: "unread",
        data: { path: quote(path), reason: why },
        help: "names that it may define are not reported as undefined",
      });
    }
  },
});
