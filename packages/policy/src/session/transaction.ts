import type { MailAddress } from "@smtpdlint/model";
import type { Envelope } from "../expansion/envelope.ts";

/** What a client wants to be told about a recipient (RFC 3461), as smtpd numbers it. */
export const notifyBits = { SUCCESS: 1, FAILURE: 2, DELAY: 4, NEVER: 8 } as const;

/** The parts of an envelope that come from the session. */
export interface Transaction {
  sender: MailAddress;
  /** The recipient that was asked last. */
  recipient: MailAddress | undefined;
  /** Those that smtpd has taken. */
  readonly accepted: MailAddress[];
  readonly envelopes: QueuedEnvelope[];
  isJunk: boolean;
  /** Of all recipients so far: smtpd forgets to reset them. */
  notify: number;
  originalRecipient: string | undefined;
  returns: "HDRS" | "FULL" | undefined;
  envelopeId: string | undefined;
  /** The helo at the time of MAIL FROM. */
  readonly helo: string;
  /** Undefined if the client was not logged in. */
  readonly user: string | undefined;
}

/** An envelope in the queue (struct envelope). */
export interface QueuedEnvelope {
  readonly envelope: Envelope;
  readonly sender: MailAddress;
  /** As the client gave it. */
  readonly recipient: MailAddress;
  /** The command that asked for it. */
  readonly asked: string;
  readonly tag: string;
  readonly isAuthenticated: boolean;
  readonly notify: number;
  readonly originalRecipient: string | undefined;
  readonly returns: "HDRS" | "FULL" | undefined;
  readonly envelopeId: string | undefined;
  /** What smtpd called itself in the session. */
  readonly hostName: string;
}

/** A message that smtpd has accepted. */
export interface QueuedMessage {
  readonly text: string;
  readonly envelopes: readonly QueuedEnvelope[];
}
