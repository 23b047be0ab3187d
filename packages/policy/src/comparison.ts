import type { Service } from "./lookup.ts";

/**
 * How smtpd compares a text with the keys of a table, by where the table
 * stands (ruleset.c, ruleset_match; lka_filter.c, filter_builtins_run). With
 * `regex` it is always the service of that name.
 */
export const comparisons = {
  tag: "string",
  helo: "domain",
  "mail-from": "mailaddr",
  "rcpt-to": "mailaddr",
  "from any": "netaddr",
  "from local": "netaddr",
  "from src": "netaddr",
  // A reverse name is compared as an address (ruleset.c).
  "from rdns": "netaddr",
  "from mail-from": "mailaddr",
  "for any": "domain",
  "for local": "domain",
  "for domain": "domain",
  "for rcpt-to": "mailaddr",
  "filter rdns": "domain",
  "filter src": "netaddr",
  "filter helo": "domain",
  "filter auth": "string",
  "filter mail-from": "mailaddr",
  "filter rcpt-to": "mailaddr",
} as const satisfies Readonly<Record<string, Service>>;

/** The service for a place as `conditionName` says it, or `filter` and the condition's word; undefined where nothing is compared. */
export function comparisonFor(place: string, regex: boolean): Service | undefined {
  const service = Object.hasOwn(comparisons, place) ? comparisons[place as keyof typeof comparisons] : undefined;
  return service && regex ? "regex" : service;
}

/** Names of users are addresses if they hold an `@`: then a table compares them as such (ruleset.c, ruleset_match_smtp_auth). */
export const comparisonForUser = (user: string): Service => (user.includes("@") ? "mailaddr" : "string");
