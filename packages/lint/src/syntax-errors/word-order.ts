/** The words that are written most, in order, by the first word of the statement; none for that itself. */
const usual: Readonly<Record<string, readonly string[]>> = {
  "": ["match", "action", "listen", "table", "pki", "filter", "include", "ca"],
  match: [
    "from",
    "for",
    "action",
    "reject",
    "any",
    "domain",
    "local",
    "auth",
    "src",
    "tag",
    "mail-from",
    "rcpt-to",
    "helo",
    "tls",
  ],
  listen: [
    "on",
    "port",
    "tls",
    "tls-require",
    "smtps",
    "pki",
    "auth",
    "tag",
    "filter",
    "hostname",
    "senders",
    "socket",
  ],
  action: [
    "relay",
    "mbox",
    "maildir",
    "lmtp",
    "mda",
    "host",
    "auth",
    "alias",
    "virtual",
    "userbase",
    "tls",
    "helo",
    "src",
    "srs",
    "backup",
  ],
  pki: ["cert", "key", "dhe"],
  filter: ["proc-exec", "phase", "chain", "proc", "connect", "match"],
};

/** The usual words come first, then the others by name; whole numbers are left to what is no word of the language. */
export function rankOf(word: string, statement: string): number {
  const place = usual[statement]?.indexOf(word) ?? -1;
  return 3 + (place === -1 ? 99 : place) / 100;
}

/** Words in the order of their use. */
export const byUse = (words: readonly string[], statement: string): string[] =>
  words.toSorted((a, b) => rankOf(a, statement) - rankOf(b, statement) || (a < b ? -1 : 1));
