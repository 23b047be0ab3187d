import { isAtLeast, type Release } from "@smtpdlint/grammar";
import type { MailAddress } from "@smtpdlint/model";

/** The keys that smtpd looks for in an alias table, in this order (aliases.c, aliases_get). */
export function aliasKeys(user: string, delimiter: string): string[] {
  const name = user.toLowerCase();
  const tag = name.indexOf(delimiter);
  return tag === -1 ? [name] : [name, name.slice(0, tag)];
}

/**
 * The keys that smtpd looks for in a table of virtual users, in this order
 * (aliases.c, aliases_virtual_get). Since 6.7 a user without a domain has no
 * catch-all.
 */
export function virtualKeys(address: MailAddress, delimiter: string, target: Release): string[] {
  const [name, domain] = [address.user.toLowerCase(), address.domain.toLowerCase()];
  const at = name.indexOf(delimiter);
  const user = at === -1 ? name : name.slice(0, at);
  const isTagged = at !== -1 && at < name.length - 1;
  const keys = isTagged ? [`${name}@${domain}`, `${user}@${domain}`, name, user] : [`${user}@${domain}`, user];
  return domain === "" && isAtLeast(target, "6.7") ? keys : [...keys, `@${domain}`, "@"];
}
