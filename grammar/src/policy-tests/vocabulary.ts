/**
 * The words of a file of policy tests, by what may follow them. Where
 * smtpd.conf(5) has a word for something, it is that word.
 */

/** Set what the cases run against; a list follows, or one value, or what `parser.ts` says. */
export const listSettings = ["target", "users", "addresses"] as const;
export const valueSettings = ["config", "root", "hostname"] as const;

/** Say what is sent, by whom and how. */
export const listConditions = ["from", "helo", "auth", "mail-from", "to"] as const;
export const valueConditions = ["rdns", "fcrdns", "port", "tag", "listener"] as const;
export const flagConditions = ["tls", "no-tls", "bounce"] as const;

/** Say what becomes of the message: in general, where it goes, and what it is refused with. */
export const plainVerdicts = ["accept", "junk", "bounced", "queued"] as const;
export const destinationVerdicts = ["local", "relay", "maildir", "file", "command", "lmtp"] as const;
export const refusalVerdicts = ["reject", "tempfail"] as const;

/** Say more of what becomes of it; a value follows. */
export const modifiers = ["at", "by", "rule", "action", "sender", "recipient"] as const;

/** What a program that filters can answer. */
export const filterAnswers = ["proceed", "junk", "reject", "disconnect"] as const;

/** What follows `at`: the commands at which smtpd can refuse a message, as filters name them. */
export const phases = ["connect", "helo", "starttls", "auth", "mail-from", "rcpt-to", "data", "commit"] as const;
