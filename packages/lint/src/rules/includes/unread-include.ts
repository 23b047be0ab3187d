import { quote, readFailures, unreadIncludes } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

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
        reason === "directory" ? "it is a directory, which smtpd reads as an empty file" : readFailures[reason];
      report({
        span,
        message: "unread",
        data: { path: quote(path), reason: why },
        help: "names that it may define are not reported as undefined",
      });
    }
  },
});
