import { type Action, type Listen, originOf, type Span, type TableExpression } from "@smtpdlint/grammar";
import {
  authOption,
  type Entry,
  entriesOf,
  type Model,
  optionOf,
  passwdLines,
  problemOfPasswdLine,
  sourceOf,
} from "@smtpdlint/model";
import { isError } from "@smtpdlint/policy";
import type { Context } from "../../rule.ts";
import { relayHostsOf } from "./relay-hosts.ts";

/** An entry of a table of names and passwords, as smtpd gets it. */
export interface CredentialsEntry {
  /** The user, or the label of a relay. */
  readonly key: string;
  readonly keySpan: Span;
  /** `PASSWORD` or `USER:PASSWORD`. */
  readonly value: string;
  /** Of the value; in a file of the backend passwd, of the password. */
  readonly span: Span;
}

/** An entry of a table in the configuration or a file, of which few are asked where they stand. */
class TableCredentials implements CredentialsEntry {
  readonly key: string;

  constructor(
    private readonly entry: Entry,
    readonly value: string,
  ) {
    this.key = entry.key;
  }

  get keySpan(): Span {
    return this.entry.span;
  }

  get span(): Span {
    return this.entry.valueSpan ?? this.entry.span;
  }
}

/** The entries that a listener lets log in, or that a relay logs in with, as far as they are known. */
export function credentialsOf(user: Listen | Action, context: Pick<Context, "model">): CredentialsEntry[] {
  const asRead = originOf(user);
  const option = asRead.kind === "listen" ? authOption(asRead) : optionOf(asRead, "auth");
  const expression = option?.value as TableExpression | undefined;
  if (!expression || user.broken) return [];
  if (expression.kind !== "table-reference" && expression.kind !== "inline-table") return [];
  const table = context.model.tables.in(user, expression);
  const { configuration, declaration } = table;
  if (!configuration || !declaration || sourceOf(declaration)?.backend !== "passwd") {
    return [...entriesOf(table)].flatMap((entry) =>
      entry.value === undefined ? [] : new TableCredentials(entry, entry.value),
    );
  }
  const lines = passwdLines(configuration);
  // One line that the backend refuses keeps it from starting.
  if (lines.some((line) => problemOfPasswdLine(line))) return [];
  return lines.flatMap(({ fields: [name, password] }) =>
    name && password
      ? [{ key: name.text, keySpan: name.span, value: `${name.text}:${password.text}`, span: password.span }]
      : [],
  );
}

/** The entries that a relay really logs in with: those of the labels of its hosts. */
export function relayCredentials(action: Action, context: Pick<Context, "model" | "policy">): CredentialsEntry[] {
  const entries = credentialsOf(action, context);
  if (entries.length === 0) return [];
  const hosts = relayHostsOf(action, context);
  const labels = new Set(hosts.flatMap(({ url }) => (isError(url) ? [] : url.label.toLowerCase())));
  return entries.filter(({ key }) => labels.has(key.toLowerCase()));
}

/** The users that a listener lets log in; undefined if they are not known, as those of the system. */
export function usersAt(listener: Listen, model: Model): readonly CredentialsEntry[] | undefined {
  const option = authOption(listener);
  if (!option) return [];
  const expression = option.value as TableExpression | undefined;
  if (!expression || listener.broken) return undefined;
  const isKnown =
    model.tables.keysOf(expression) !== undefined || model.tables.of(expression).configuration !== undefined;
  const users = credentialsOf(listener, { model });
  return isKnown && users.length > 0 ? users : undefined;
}

/** The start of a hash that crypt(3) makes: `$2b$10$`, `$6$`, `$argon2id$` and the like. */
export const isHash = /^\$[A-Za-z0-9-]+\$/;
