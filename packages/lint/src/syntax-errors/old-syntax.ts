import type { Token } from "@smtpdlint/grammar";

/**
 * Words of the language before 6.4 (smtpd.conf(5) of 5.3 to 6.0), which no
 * longer mean anything, with what says the same today.
 */
export interface OldWord {
  /** How the statement or option is written now. */
  readonly now: string;
  /** True if the word started a statement, false if it stood inside one. */
  readonly statement: boolean;
  /** Set if the new word takes the old one's place and nothing else changes. */
  readonly replacement?: string;
  /** Set if the word is left out and nothing else changes. */
  readonly dropped?: true;
}

const statement = (now: string, replacement?: string): OldWord => ({
  statement: true,
  now,
  ...(replacement && { replacement }),
});
const option = (now: string, replacement?: string): OldWord => ({
  statement: false,
  now,
  ...(replacement && { replacement }),
});

const statements: Readonly<Record<string, OldWord>> = {
  accept: statement('an action with the delivery, and a rule: action "NAME" METHOD …, match … action "NAME"'),
  reject: statement("match … reject"),
  expire: statement("queue ttl DELAY", "queue ttl"),
  "bounce-warn": statement("bounce warn-interval DELAY", "bounce warn-interval"),
  "max-message-size": statement("smtp max-message-size SIZE", "smtp max-message-size"),
  "max-mta-deferred": statement("mta max-deferred NUMBER", "mta max-deferred"),
  "subaddressing-delimiter": statement("smtp sub-addr-delim CHARACTER", "smtp sub-addr-delim"),
  ciphers: statement("smtp ciphers STRING", "smtp ciphers"),
  limit: statement("smtp|mta|mda|scheduler limit NAME NUMBER; session limits are those of smtp"),
  enqueuer: statement("listen on socket filter NAME", "listen on socket"),
  set: statement("the same without set"),
  map: statement("table NAME …"),
  ssl: statement("pki NAME cert FILE"),
};

const options: Readonly<Record<string, OldWord>> = {
  certificate: option("cert FILE, or pki NAME on a listener", "cert"),
  "mask-source": option("mask-src", "mask-src"),
  secure: option("two listeners, one with tls and one with smtps"),
  sender: option("mail-from SENDER", "mail-from"),
  recipient: option("rcpt-to RECIPIENT", "rcpt-to"),
  tagged: option("tag TAG", "tag"),
  authenticated: option("auth", "auth"),
  source: option("src ADDRESS", "src"),
  deliver: option("the method itself: mbox, maildir, lmtp or mda, in an action"),
  via: option("relay host URL, in an action"),
  as: option("user USER for deliveries, mail-from ADDRESS for relays"),
  expire: option("ttl DELAY", "ttl"),
  dhparams: option("dhe auto"),
  curve: option("no option: smtpd chooses the curve"),
  "tls-verify": option("tls-require verify", "tls-require verify"),
  accept: option("match … action NAME"),
};

/** The old meaning of a word that started a statement or stood inside one. */
export function findOldWord(word: string, startsStatement: boolean): OldWord | undefined {
  const words = startsStatement ? statements : options;
  return Object.hasOwn(words, word) ? words[word] : undefined;
}

/** `queue encryption key KEY`, the one option that has lost a word. */
const queueKey: OldWord = { statement: false, now: "queue encryption KEY, without 'key'", dropped: true };

/** An old word that is no more where a value stands now, and so looks like one that lacks quotes. */
export function findOldPhrase(tokens: readonly Token[], at: number): OldWord | undefined {
  const words = tokens.slice(0, at + 1).map(({ image, quote }) => quote + image);
  const hasKey = tokens[at + 1]?.tokenType.name === "Text";
  return words.join(" ") === "queue encryption key" && hasKey ? queueKey : undefined;
}
