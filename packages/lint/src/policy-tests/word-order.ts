/** The words of a file of policy tests, the usual ones first. */
const testWordOrder = [
  "config",
  "target",
  "root",
  "users",
  "hostname",
  "addresses",
  "assume",
  "filter",
  "define",
  "to",
  "from",
  "rdns",
  "fcrdns",
  "helo",
  "auth",
  "mail-from",
  "port",
  "tag",
  "listener",
  "tls",
  "no-tls",
  "bounce",
  "local",
  "relay",
  "maildir",
  "file",
  "command",
  "lmtp",
  "reject",
  "tempfail",
  "disconnect",
  "proceed",
  "accept",
  "junk",
  "bounced",
  "queued",
  "at",
  "by",
  "rule",
  "action",
  "sender",
  "recipient",
  "maybe",
  "never",
  "always",
  "exactly",
  "not",
  "and",
] as const;

export type TestWord = (typeof testWordOrder)[number];

const places = new Map<string, number>(testWordOrder.map((word, index) => [word, index]));

/** The place of a word in the order of use. */
export const placeOfTestWord = (word: string): number => places.get(word) ?? places.size;

/** Words in the order of their use. */
export const byUseInTests = (words: readonly string[]): string[] =>
  words.toSorted((a, b) => placeOfTestWord(a) - placeOfTestWord(b));

/** What people write for one of our words, with those that may be meant. */
const synonyms: readonly (readonly [meant: readonly string[], written: readonly string[]])[] = [
  [["local"], ["deliver", "delivered", "delivery", "mbox", "inbox", "user"]],
  [["relay"], ["forward", "forwarded", "send", "sent", "remote", "smtp"]],
  [
    ["accept", "proceed"],
    ["accept", "accepted", "allow", "allowed", "ok", "pass", "passed", "permit", "250"],
  ],
  [["command"], ["mda", "pipe", "program"]],
  [["reject"], ["refuse", "refused", "deny", "denied", "discard", "drop", "block", "fail", "rejected", "550"]],
  [["tempfail"], ["defer", "deferred", "greylist", "temporary", "451"]],
  [["bounced"], ["bounce", "bounces", "undeliverable"]],
  [["junk"], ["spam", "quarantine"]],
  [["to"], ["rcpt", "rcpt-to", "recipient", "for"]],
  [["from"], ["client", "ip", "src", "source"]],
  [["mail-from"], ["mail", "sender", "envelope-from"]],
  [["auth"], ["user", "login", "authenticated"]],
  [["helo"], ["ehlo"]],
  [["rcpt-to"], ["rcpt", "to", "recipient"]],
  [["tls"], ["starttls", "smtps"]],
  [["and"], ["&", "&&", "also"]],
  [["not"], ["!", "no"]],
];

/** The first of some words that another one may stand for. */
export const synonymAmong = (written: string, words: readonly string[]): string | undefined =>
  synonyms
    .filter(([, others]) => others.includes(written.toLowerCase()))
    .flatMap(([meant]) => meant)
    .find((word) => words.includes(word) && word !== written);
