import type { Option, Statement, Text } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "unknown-user",
    category: "broken",
    // A directory service may be out of reach for a moment.
    severity: "warning",
    summary: "a user or group that this machine does not know",
    messages: {
      unknown: "there is no {kind} {name} on this machine",
      file: "there is no user {name} in the /etc/passwd of the root",
    },
  },
  model({ config, machine, users }, { report }) {
    if (!machine && !users) return;
    for (const statement of config.statements) {
      for (const { kind, name } of accounts(statement)) {
        const isKnown = machine
          ? kind === "user"
            ? machine.isUser(name.value)
            : machine.isGroup(name.value)
          : kind === "group" || users?.has(name.value);
        if (isKnown !== false) continue;
        report({
          span: name.span,
          message: machine ? "unknown" : "file",
          data: { kind, name: quote(name.value) },
          help: statement.kind === "action" ? "every delivery by this action bounces" : "smtpd dies when it starts it",
        });
      }
    }
  },
});

/** The users and groups that a statement names. */
function accounts(statement: Statement): { kind: "user" | "group"; name: Text }[] {
  if (statement.kind !== "action" && statement.kind !== "proc" && statement.kind !== "filter") return [];
  return statement.options.flatMap(({ keyword, value }: Option) => {
    const kind = keyword.word;
    if ((kind !== "user" && kind !== "group") || value?.kind !== "text" || value.faulty) return [];
    return [{ kind, name: value }];
  });
}
