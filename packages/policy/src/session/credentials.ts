import { byteLength } from "@smtpdlint/grammar";

/** A name and a password, from a table. */
export interface Credentials {
  /** Undefined where the value has none: then the key of the entry is the name. */
  readonly user: string | undefined;
  /** At a listener a hash of crypt(3), at a relay the password itself. */
  readonly password: string;
}

/** Why smtpd cannot read credentials: then each question for them fails. */
export type CredentialsProblem = "short" | "long" | "no user" | "no password";

/** Reads `PASSWORD` or `USER:PASSWORD` (table.c, table_parse_lookup for K_CREDENTIALS). */
export function parseCredentials(value: string): Credentials | CredentialsProblem {
  const length = byteLength(value);
  if (length < 3) return "short";
  if (length >= mostOfLine) return "long";
  const colon = value.indexOf(":");
  if (colon === 0) return "no user";
  if (colon === value.length - 1) return "no password";
  return { user: colon === -1 ? undefined : value.slice(0, colon), password: value.slice(colon + 1) };
}

/** LINE_MAX */
const mostOfLine = 2048;
