import type { ReadFailure } from "@smtpdlint/grammar";
import { defineRule } from "../rule.ts";
import { problemsOf } from "../syntax/problems.ts";
import { quote } from "../text/format.ts";

const reasons: Readonly<Record<ReadFailure, string>> = {
  "not-found": "there is no such file",
  directory: "it is a directory, which smtpd takes for an empty file",
  "no-permission": "permission denied",
  "too-large": "it is too large",
  unreadable: "it cannot be read",
  outside: "it lies outside the folder given with --root",
  "not-looked-for": "an absolute path is looked up only with --root or --on-host",
};

export const rule = defineRule({
  meta: {
    id: "unread-include",
    category: "suspicious",
    summary: "an included file that could not be read",
    messages: { unread: "the included file {path} was not read: {reason}" },
  },
  problems(problems, { report }) {
    for (const { span, path, reason } of problemsOf(problems, "include-failed")) {
      report({
        span,
        message: "unread",
        data: { path: quote(path), reason: reasons[reason] },
        help: "names that it may define are not reported as undefined",
      });
    }
  },
});
