import type { MailAddress } from "@smtpdlint/model";

/** What smtpd puts into its queue for a recipient (lka_session.c, lka_submit): one copy of the mail. */
export type Envelope = LocalEnvelope | RelayEnvelope;

/** For this machine: into the mailbox of a user, into a file, or to a program. */
export interface LocalEnvelope {
  readonly kind: "local";
  readonly action: string;
  readonly dest: string;
  /** Whose mail it is. */
  readonly user: string;
  /** What stood after the delimiter in the user's name; absent if nothing did. */
  readonly sub?: string;
  /** The `user` of the action, who delivers. */
  readonly as?: string;
  readonly exec?: string;
  readonly file?: string;
  /** A mail folder that an alias has named; before 6.4 only. */
  readonly maildir?: string;
}

/** For another server. */
export interface RelayEnvelope {
  readonly kind: "relay";
  readonly action: string;
  readonly dest: string;
  /** True if the sender is rewritten; `sender` is then the new one, absent if that depends on a date that is not known. */
  readonly srs: boolean;
  readonly sender?: string;
}

/** An address as smtpd writes it (to.c, mailaddr_to_text). */
export const addressText = ({ user, domain }: MailAddress): string => `${user}@${domain}`;
