import type { Action, Listen } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { type CredentialsProblem, parseCredentials } from "@smtpdlint/policy";
import { defineRule, type TypedContext } from "../../rule.ts";
import { credentialsOf } from "../shared/credentials.ts";

/** Enough to see what is wrong. */
const mostReports = 10;

const messages = {
  login: "smtpd cannot read the password of {key}, {problem}: {key} cannot log in",
  relay: "smtpd cannot read the credentials of {key}, {problem}: all mail for that relay stays in the queue",
} as const;

export const rule = defineRule({
  meta: {
    id: "invalid-credentials-line",
    category: "broken",
    summary: "a name and password in a table that smtpd cannot read",
    messages,
  },
  visit: {
    listen: (listener, context) => check(listener, "login", context),
    action: (action, context) => check(action, "relay", context),
  },
});

function check(user: Listen | Action, message: keyof typeof messages, context: TypedContext<typeof messages>): void {
  let count = 0;
  for (const entry of credentialsOf(user, context)) {
    const { key, value } = entry;
    const problem = parseCredentials(value);
    if (typeof problem !== "string") continue;
    if (++count > mostReports) return;
    const help = message === "login" ? "write USER HASH; smtpctl encrypt makes the hash" : "write LABEL USER:PASSWORD";
    context.report({ span: entry.span, message, data: { key: quote(key), problem: problems[problem] }, help });
  }
}

const problems: Readonly<Record<CredentialsProblem, string>> = {
  short: "which has fewer than three characters",
  long: "which has 2048 characters or more",
  "no user": "which begins with a colon",
  "no password": "which ends at its first colon",
};
