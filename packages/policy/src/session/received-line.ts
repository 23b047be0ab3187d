import { addressText } from "../expansion/envelope.ts";
import type { Listener } from "./listener.ts";
import type { Transaction } from "./transaction.ts";

/** What smtpd writes down of a session. */
export interface Reception {
  readonly listener: Listener;
  /** As the client gave it. */
  readonly helo: string;
  readonly clientName: string;
  /** `[192.0.2.1]`, `[local]` */
  readonly source: string;
  /** What smtpd calls itself. */
  readonly name: string;
  readonly isExtended: boolean;
  readonly isSecure: boolean;
  /** Of the last attempt to log in; empty if there was none. */
  readonly userName: string;
  /** Up to 7.2 smtpd names the recipient that was asked last, also if it was refused. */
  readonly namesLast: boolean;
}

/** The header that smtpd puts before a message (smtp_message_begin). */
export function receivedLines({ accepted, recipient, user }: Transaction, session: Reception): string[] {
  const { listener, isSecure, userName } = session;
  const from = listener.masksSource
    ? ""
    : `from ${session.helo} (${session.clientName || "<unknown>"} ${session.source})`;
  const protocol = `${session.isExtended ? "E" : ""}SMTP${isSecure ? "S" : ""}${user === undefined ? "" : "A"}`;
  const login = listener.showsLogin ? ` auth=${userName ? `yes user=${userName}` : "no"}` : "";
  const security = isSecure ? ` (<tls>)${login}` : "";
  const only = accepted.length === 1 && (session.namesLast ? recipient : accepted[0]);
  const to = only ? `\n\tfor <${addressText(only)}>` : "";
  const text = `Received: ${from}\n\tby ${session.name} (OpenSMTPD) with ${protocol} id <msgid>${security}${to};\n\t<date>`;
  return text.split("\n");
}
