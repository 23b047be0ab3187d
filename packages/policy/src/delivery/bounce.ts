import { addressText } from "../expansion/envelope.ts";
import { notifyBits, type QueuedEnvelope, type QueuedMessage } from "../session/transaction.ts";
import type { Outcome } from "./outcome.ts";

/** A notice to a sender (bounce.c). */
export interface Notice {
  readonly kind: "failed" | "delivered";
  /** The sender of the message. */
  readonly to: string;
  /** What smtpd calls itself in it. */
  readonly hostName: string;
  readonly envelopes: readonly QueuedEnvelope[];
  readonly text: string;
}

/** An envelope, and what became of it. */
export interface Delivered {
  readonly queued: QueuedEnvelope;
  readonly outcome: Outcome;
}

/** The notices that smtpd sends about a message (queue.c, queue_bounce): one for its failures, one for its successes. */
export function noticesOf(message: QueuedMessage, delivered: readonly Delivered[]): Notice[] {
  const notices = new Map<string, Delivered[]>();
  for (const item of delivered) {
    const kind = noticeKind(item);
    if (!kind) continue;
    const key = [kind, item.queued.returns, item.queued.hostName].join("\n");
    const same = notices.get(key);
    if (same) same.push(item);
    else notices.set(key, [item]);
  }
  return [...notices].map(([key, items]) => {
    const kind = key.split("\n", 1)[0] as Notice["kind"];
    const { queued } = items[0] as Delivered;
    return {
      kind,
      to: addressText(queued.sender),
      hostName: queued.hostName,
      envelopes: items.map((item) => item.queued),
      text: noticeText(kind, items, message),
    };
  });
}

/** Undefined if the sender is not told: it is empty, or does not want to be. */
function noticeKind({ queued, outcome }: Delivered): Notice["kind"] | undefined {
  if (queued.sender.user === "" || (queued.notify & notifyBits.NEVER) !== 0) return undefined;
  if (outcome.result === "PermFail") return "failed";
  return outcome.result === "Ok" && (queued.notify & notifyBits.SUCCESS) !== 0 ? "delivered" : undefined;
}

/** What the notice says (bounce.c, bounce_next). The boundary has as many digits as most have. */
function noticeText(kind: Notice["kind"], items: readonly Delivered[], message: QueuedMessage): string {
  const { queued } = items[0] as Delivered;
  const { hostName, returns } = queued;
  const boundary = `--${"0".repeat(19)}/${hostName}`;
  const action = kind === "failed" ? "error" : "success";
  const intro =
    kind === "failed"
      ? "    An error has occurred while attempting to deliver a message for\n    the following list of recipients:\n"
      : "    Your message was successfully delivered to these recipients.\n";
  const isWhole = kind === "failed" && returns === "FULL";
  const copy = isWhole ? message.text : `${message.text.split("\n\n", 1)[0]}\n`;
  return [
    `Subject: Delivery status notification: ${action}`,
    `From: Mailer Daemon <MAILER-DAEMON@${hostName}>`,
    `To: ${addressText(queued.sender)}`,
    "Date: Thu, 01 Jan 1970 00:00:00 +0000 (UTC)",
    "MIME-Version: 1.0",
    `Content-Type: multipart/mixed;boundary="${boundary.slice(2)}"`,
    "",
    "This is a MIME-encapsulated message.",
    "",
    boundary,
    "Content-Description: Notification",
    "Content-Type: text/plain; charset=us-ascii",
    "",
    "    Hi!",
    "",
    "    This is the MAILER-DAEMON, please DO NOT REPLY to this email.",
    "",
    intro,
    ...items.map(({ queued: { envelope }, outcome }) => `${envelope.dest}: ${outcome.status}`),
    "",
    "    Below is a copy of the original message:",
    "",
    boundary,
    "Content-Description: Delivery Report",
    "Content-Type: message/delivery-status",
    "",
    `Reporting-MTA: dns; ${hostName}`,
    "",
    ...items.flatMap(({ queued: { envelope } }) => [
      `Final-Recipient: rfc822; ${envelope.dest}`,
      `Action: ${action}`,
      "Status: 5.0.0",
      "",
    ]),
    boundary,
    "Content-Description: Message headers",
    "Content-Type: text/rfc822-headers",
    "",
    copy,
    `${boundary}--`,
    "",
  ].join("\n");
}
