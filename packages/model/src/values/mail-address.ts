import { matchesHostName } from "./host-pattern.ts";

/** An address in two parts, either of which may be empty. */
export interface MailAddress {
  readonly user: string;
  readonly domain: string;
}

/** Splits at the last `@`; without one, all of it is the user (to.c, text_to_mailaddr). Undefined if too long. */
export function parseMailAddress(text: string): MailAddress | undefined {
  const at = text.lastIndexOf("@");
  const address = at === -1 ? { user: text, domain: "" } : { user: text.slice(0, at), domain: text.slice(at + 1) };
  return address.user.length < 256 && address.domain.length < 256 ? address : undefined;
}

/**
 * Compares an address of a session with one of a table (util.c,
 * mailaddr_match). Without a user or a domain, the table's matches any; a tag
 * after `delimiter` counts only if the table's user has one.
 */
export function matchesMailAddress(address: MailAddress, entry: MailAddress, delimiter: string): boolean {
  if (entry.domain && !matchesHostName(address.domain, entry.domain)) return false;
  if (!entry.user) return true;
  const tag = entry.user.includes(delimiter) ? -1 : address.user.indexOf(delimiter);
  const user = tag === -1 ? address.user : address.user.slice(0, tag);
  return user.toLowerCase() === entry.user.toLowerCase();
}
