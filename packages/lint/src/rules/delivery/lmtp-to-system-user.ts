import type { TableExpression } from "@smtpdlint/grammar";
import { entriesOf, optionOf, type TableInfo } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "lmtp-to-system-user",
    category: "suspicious",
    summary: "lmtp with virtual users, to whom the name of a system user is handed over",
    messages: {
      expanded: "without 'rcpt-to' the server of LMTP gets the user that 'virtual' ends at, not the recipient",
    },
  },
  visit: {
    action(action, context) {
      const { method, modifier, broken } = action;
      const virtual = optionOf(action, "virtual");
      if (method?.word !== "lmtp" || modifier || !virtual || broken) return;
      // With a userbase they are no users of the system.
      if (optionOf(action, "userbase")) return;
      const table = virtual.value;
      if (table && "kind" in table && isTable(table) && hasOwnUsers(context.model.tables.of(table))) return;
      const related = [{ span: virtual.span, message: "the virtual users" }];
      context.report({ span: method.span, message: "expanded", related, help: "add rcpt-to after the destination" });
    },
  },
});

const isTable = (value: { kind: string }): value is TableExpression =>
  value.kind === "table-reference" || value.kind === "inline-table";

/** True if no two addresses are known to end at the same user. */
function hasOwnUsers(table: TableInfo): boolean {
  const entries = [...entriesOf(table)];
  const users = new Set(entries.map(({ value }) => value));
  return entries.length > 0 && users.size === entries.length && entries.every(({ key }) => !key.startsWith("@"));
}
