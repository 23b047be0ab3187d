import type { Span } from "@smtpdlint/grammar";
import {
  entriesOf,
  optionOf,
  passwdLines,
  problemOfPasswdLine,
  quote,
  sourceOf,
  type TableInfo,
} from "@smtpdlint/model";
import { parseUser } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

/** Enough to see what is wrong. */
const mostReports = 10;

export const rule = defineRule({
  meta: {
    id: "invalid-userbase-line",
    category: "broken",
    summary: "a user of a userbase that smtpd cannot read",
    messages: {
      invalid: "{value} is not UID:GID:HOME: looking up the user {user} fails",
      passwd: "the {part} of {user} is missing or wrong: looking the user up fails",
    },
  },
  visit: {
    action(action, context) {
      const table = optionOf(action, "userbase")?.value;
      if (action.broken || (table?.kind !== "table-reference" && table?.kind !== "inline-table")) return;
      const users = context.model.tables.of(table);
      const findings = [...invalidEntries(users), ...invalidLines(users)];
      for (const { span, ...finding } of findings.slice(0, mostReports)) {
        const help =
          finding.message === "passwd"
            ? "write numbers for the user and the group, and a directory, as in joe:*:1000:1000:Joe:/home/joe:/bin/sh"
            : "write numbers for the user and the group, and a directory, as in 1000:1000:/home/user";
        context.report({ span, help, ...finding });
      }
    },
  },
});

interface Finding {
  readonly span: Span;
  readonly message: "invalid" | "passwd";
  readonly data: Readonly<Record<string, string>>;
}

function* invalidEntries(table: TableInfo): Generator<Finding> {
  for (const { key, value, valueSpan } of entriesOf(table)) {
    // Keys with a domain are never looked up, which is a finding of its own.
    if (value === undefined || !valueSpan || key.includes("@") || parseUser(key, value) !== "failure") continue;
    yield { span: valueSpan, message: "invalid", data: { value: quote(value), user: quote(key) } };
  }
}

/** The users of the backend passwd whom it does not take (table_passwd.c, parse_passwd_entry). */
function* invalidLines({ configuration, declaration }: TableInfo): Generator<Finding> {
  if (!configuration || !declaration || sourceOf(declaration)?.backend !== "passwd") return;
  for (const line of passwdLines(configuration)) {
    if (problemOfPasswdLine(line)) return;
    const [name, , uid, gid, , home] = line.fields;
    if (!name || !uid || !gid || !home || name.text.includes("@")) continue;
    const isId = (text: string) => parseUser(name.text, `${text}:0:/`) !== "failure";
    const part = !isId(uid.text)
      ? "user's number"
      : !isId(gid.text)
        ? "group's number"
        : home.text === ""
          ? "home"
          : undefined;
    if (part) yield { span: line.span, message: "passwd", data: { part, user: quote(name.text) } };
  }
}
