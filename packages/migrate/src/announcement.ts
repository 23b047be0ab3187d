import type { Span } from "@smtpdlint/grammar";

/** What a person must know of, by the part of smtpd that has changed. */
export const announcementKinds = {
  "address-literals": "`for local` no longer includes addresses in brackets",
  "alias-maildir": "values `maildir:/path` in alias tables are gone",
  "alias-to-self": "an alias to itself no longer skips ~/.forward",
  "backup-name": "`relay backup` without a name means the listener's name, not the machine's",
  "ca-added": "the ca that smtpd found by its name is written out",
  "client-certificate": "a relay offers only the certificate that is written",
  "dsn-option": "the options dsn-ret and dsn-notify are gone",
  filter: "filters of releases before 6.4 are gone",
  "format-late": "an unknown %{…} no longer refuses the recipient",
  "forward-skipped": "an action with a user no longer reads ~/.forward",
  "lmtp-user": "these releases do not let LMTP run as a user",
  "mda-quotes": "double quotes in a command had to be replaced",
  "never-matched": "a rule that never matched is left out",
  "not-proved": "it is not proved that all mail is treated as before",
  "no-action": "a rule without an action accepts a recipient that it refused",
  "pki-added": "the pki that smtpd found by its name is written out",
  "pki-chosen": "a listener's pki had to be chosen",
  "pki-missing": "a listener needs a certificate now",
  "program-in-alias": "a program or file in an alias no longer needs the user _smtpd in the userbase",
  queue: "the queue's format has changed",
  "relay-verification": "`verify` checks the name in the certificate, too",
  "secure-relay": "secure:// tried two kinds of TLS, and there is one only",
  "sender-domain": "a sender without a domain got that of the machine",
  "table-backend": "a table's program must be replaced",
  "table-unread": "what a table holds is not known",
  "tag-case": "tags are compared without case",
  "treated-otherwise": "mail is treated differently than before",
  "unverified-relay": "the relay's certificate is not verified, as before",
  "user-without-domain": "an entry `user@` matched nothing and matches the user in every domain now",
} as const;

/** The kind of an announcement; its name does not change. */
export type AnnouncementKind = keyof typeof announcementKinds;

/** Kinds that are said once of a file. */
export const kindsOfFile: readonly AnnouncementKind[] = ["address-literals", "client-certificate", "queue"];

/** Something that the translation alone does not settle: a person must read it. */
export interface Announcement {
  readonly kind: AnnouncementKind;
  readonly message: string;
  /** Where it is in the old file, in `Migration.config.files`. */
  readonly span: Span;
  /** A message that the old and the new file treat differently; undefined if none is known. */
  readonly witness?: string;
}

/** A statement that stands in the result as a comment, with the reason. */
export interface Untranslated {
  readonly reason: string;
  readonly span: Span;
}
