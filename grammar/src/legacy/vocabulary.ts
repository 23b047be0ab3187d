/**
 * The words of the language before 6.4. Facts: parse.y of 5.3, 5.4.2, 5.7.1,
 * 5.9.2 and 6.0.3.
 */

/** The words that 6.0.3 reserves (`lookup`). */
export const words = [
  "accept",
  "alias",
  "any",
  "as",
  "auth",
  "auth-optional",
  "authenticated",
  "backup",
  "bounce-warn",
  "ca",
  "certificate",
  "ciphers",
  "compression",
  "deliver",
  "dhe",
  "domain",
  "encryption",
  "expire",
  "filter",
  "for",
  "forward-only",
  "from",
  "hostname",
  "hostnames",
  "include",
  "inet4",
  "inet6",
  "key",
  "limit",
  "listen",
  "lmtp",
  "local",
  "maildir",
  "mask-source",
  "masquerade",
  "max-message-size",
  "max-mta-deferred",
  "mbox",
  "mda",
  "mta",
  "no-dsn",
  "on",
  "pki",
  "port",
  "queue",
  "rcpt-to",
  "received-auth",
  "recipient",
  "reject",
  "relay",
  "scheduler",
  "sender",
  "senders",
  "session",
  "smtps",
  "socket",
  "source",
  "subaddressing-delimiter",
  "table",
  "tag",
  "tagged",
  "tls",
  "tls-require",
  "to",
  "userbase",
  "verify",
  "via",
  "virtual",
] as const;

/** A statement that one of these starts. */
export const statementWords = [
  "accept",
  "bounce-warn",
  "ca",
  "ciphers",
  "expire",
  "filter",
  "include",
  "limit",
  "listen",
  "max-message-size",
  "max-mta-deferred",
  "pki",
  "queue",
  "reject",
  "subaddressing-delimiter",
  "table",
] as const;

/** A word that only releases before 6.0.3 reserve: for 6.0.3 it is a text like any other. */
export interface OlderWord {
  readonly word: string;
  /** The last release that knows it. */
  readonly until: string;
  /** First words of the statements in which it means something; "" if it starts one itself. */
  readonly within: readonly string[];
}

/** The older words, by what they look like. */
export const olderWords: readonly OlderWord[] = [
  { word: "all", until: "5.2", within: ["accept", "reject"] },
  { word: "curve", until: "5.7", within: [""] },
  { word: "dhparams", until: "5.9", within: ["pki"] },
  { word: "disable", until: "5.7", within: ["listen"] },
  { word: "dsn-notify", until: "5.7", within: ["listen"] },
  { word: "dsn-ret", until: "5.7", within: ["listen"] },
  { word: "enable", until: "5.2", within: ["accept", "listen"] },
  { word: "enqueuer", until: "5.7", within: [""] },
  { word: "headers", until: "5.7", within: ["listen"] },
  { word: "helo", until: "5.3", within: ["accept"] },
  { word: "map", until: "5.2", within: [""] },
  { word: "secure", until: "6.0.2", within: ["listen"] },
  { word: "ssl", until: "5.3", within: ["accept", "listen"] },
];

/** Constructs of words that 6.0.3 reserves, too, but takes nowhere like this; the last release that took them. */
export const olderForms = {
  "certificate of a listener": "5.3",
  "certificate of a relay": "5.3",
  "ca of a pki": "5.4",
  "filter statement": "6.0.2",
  "from without source": "5.3",
} as const;

/** Words after which a text stands: there an older word is that text. */
export const valueWords = [
  "as",
  "backup",
  "ca",
  "certificate",
  "domain",
  "filter",
  "hostname",
  "hostnames",
  "key",
  "lmtp",
  "maildir",
  "mda",
  "pki",
  "port",
  "recipient",
  "sender",
  "senders",
  "source",
  "tag",
  "tagged",
  "via",
] as const;
