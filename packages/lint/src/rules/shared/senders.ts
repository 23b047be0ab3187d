import type { TableExpression } from "@smtpdlint/grammar";
import { type Entry, entriesOf, groupBy, type Model, optionOf } from "@smtpdlint/model";
import { type CredentialsEntry, usersAt } from "./credentials.ts";

/** A table of `senders`, and who can log in at the listeners with it. */
export interface SendersTable {
  readonly entries: readonly Entry[];
  readonly users: readonly CredentialsEntry[];
}

/** The tables of `senders` of which all users are known too. */
export function sendersTables(model: Model): SendersTable[] {
  const listeners = model.listeners.flatMap((listener) => {
    const expression = optionOf(listener, "senders")?.value as TableExpression | undefined;
    if (!expression || listener.broken) return [];
    const table = model.tables.of(expression);
    return [{ contents: table.file ?? table.declaration ?? expression, table, users: usersAt(listener, model) }];
  });
  return [...groupBy(listeners, ({ contents }) => contents).values()].flatMap((group) => {
    const users = group.map((listener) => listener.users);
    const [first] = group;
    if (first?.table.kind !== "mapping" || users.includes(undefined)) return [];
    return [{ entries: [...entriesOf(first.table)], users: users.flatMap((known) => known ?? []) }];
  });
}
