import { isAtLeast, type Release } from "@smtpdlint/grammar";

/** Enhanced status codes with the words that smtpd has for them (enqueue.c, esc_description; RFC 3463). */
const descriptions = {
  "5.5.1": "Invalid command",
  "5.5.2": "Syntax error",
  "5.5.4": "Invalid command arguments",
  "5.7.4": "Security features not supported",
  "4.5.3": "Too many recipients",
  "5.3.4": "Message too big for system",
  "5.4.6": "Routing loop detected",
  "5.7.1": "Delivery not authorized, message refused",
  "2.1.5": "Destination address valid",
} as const;

const described = (code: number, status: keyof typeof descriptions, text: string) =>
  `${code} ${status} ${descriptions[status]}: ${text}`;

/** What smtpd says, for one release (smtp_session.c). */
export function repliesOf(target: Release) {
  // 6.4 has a colon behind a code without a description.
  const plain = (code: string, text: string) => `${code}${isAtLeast(target, "6.6") ? "" : ":"} ${text}`;
  return {
    notNow: described(503, "5.5.1", "Command not allowed at this point."),
    alreadyIdentified: described(503, "5.5.1", "Already identified"),
    alreadyAuthenticated: described(503, "5.5.1", "Already authenticated"),
    alreadySecure: described(503, "5.5.1", "Channel already secured"),
    notSupported: described(503, "5.5.1", "Command not supported"),
    noName: (command: string) => described(501, "5.5.1", `${command} requires domain name`),
    badName: described(501, "5.5.4", "Invalid domain name"),
    noParameters: described(501, "5.5.4", "No parameters given"),
    noParametersAllowed: described(501, "5.5.4", "No parameters allowed"),
    noArguments: described(500, "5.5.4", "command does not accept arguments."),
    unknownCommand: described(500, "5.5.1", "Command unrecognized"),
    pipelining: described(500, "5.5.1", "Pipelining not supported"),
    wizard: described(500, "5.5.1", "this feature is not supported yet ;-)"),
    lineTooLong: plain("500 5.0.0", "Line too long"),
    commandTooLong: plain("500 5.0.0", "Command line too long"),
    startTlsFirst: described(530, "5.5.1", "Must issue a STARTTLS command first"),
    authFirst: described(530, "5.5.1", "Must issue an AUTH command first"),
    tooManyMessages: described(452, "4.5.3", "Too many messages sent"),
    tooManyRecipients: described(451, "4.5.3", "Too many recipients"),
    senderSyntax: plain("553 5.1.0", "Sender address syntax error"),
    recipientSyntax: plain("501 5.1.3", "Recipient address syntax error"),
    senderOption: (option: string) => described(503, "5.5.4", `Unsupported option ${option}`),
    envelopeIdTooLong: (id: string) => described(503, "5.5.4", `option too large, truncated: ${id}`),
    recipientOption: (option: string) => `503 Unsupported option ${option}`,
    notifyNever: "553 NOTIFY option NEVER cannot be combined with other options",
    originalRecipient: "553 ORCPT address syntax error",
    senderRejected: "530 Sender rejected",
    senderUnknown: plain("421 4.3.0", "Temporary Error"),
    noRecipient: described(503, "5.5.4", "No recipient specified"),
    ok: plain("250 2.0.0", "Ok"),
    reset: plain("250 2.0.0", "Reset state"),
    recipientOk: described(250, "2.1.5", "Recipient ok"),
    readyForTls: plain("220 2.0.0", "Ready to start TLS"),
    bye: plain("221 2.0.0", "Bye"),
    data: '354 Enter mail, end with "." on a line by itself',
    accepted: plain("250 2.0.0", "<msgid> Message accepted for delivery"),
    tooBig: described(554, "5.3.4", "Transaction failed, message too big"),
    loop: described(500, "5.4.6", "Loop detected"),
    malformed: described(550, "5.7.1", "Message is not RFC 2822 compliant"),
    authenticated: plain("235 2.0.0", "Authentication succeeded"),
    wrongPassword: "535 Authentication failed",
    authFailure: plain("421 4.3.0", "Temporary failure"),
    authSyntax: described(501, "5.5.2", "Syntax error"),
    authMethod: (method: string) => described(504, "5.7.4", `AUTH method "${method}" not supported`),
    help: [
      "214-2.0.0 This is OpenSMTPD",
      "214-2.0.0 To report bugs in the implementation, please contact bugs@openbsd.org",
      "214-2.0.0 with full details",
      "214 2.0.0 End of HELP info",
    ],
  } as const;
}

export type Replies = ReturnType<typeof repliesOf>;

/** What smtpd says when a filter's reply is none (util.c, valid_smtp_response). */
export const badFilterReply = "421 Internal server error";

/** True for a reply with which a filter can refuse: three digits, a blank, a text. */
export const isRefusal = (text: string): boolean => /^[45][0-9]{2} ./.test(text);
