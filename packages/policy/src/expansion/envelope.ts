import { type MailAddress, parseMailAddress } from "@smtpdlint/model";
import type { Message } from "../message.ts";
import type { Delivery } from "./delivery.ts";
import type { Node } from "./nodes.ts";
import { dayOf, encodeSrs } from "./srs.ts";
import type { World } from "./world.ts";

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

/** Mail for the mailbox of a user. */
export const mailboxEnvelope = (node: Node, delivery: Delivery): LocalEnvelope => ({
  ...localEnvelope(node, delivery),
  user: node.text,
  ...(node.tag && { sub: node.tag }),
});

/** Mail for a file or a program. */
export const deliveryEnvelope = (node: Node, delivery: Delivery): LocalEnvelope => ({
  ...localEnvelope(node, delivery),
  // Those that an alias names are run by smtpd's own user.
  user: node.parent?.isUser ? node.parent.text : "_smtpd",
  // Without a command the action delivers as ever.
  ...(node.kind === "file" ? { file: node.text } : node.text && { exec: node.text }),
});

const localEnvelope = (node: Node, { name, user }: Delivery) =>
  ({
    kind: "local",
    action: name,
    dest: addressText(node.address),
    ...(user !== undefined && { as: user }),
  }) as const;

/**
 * Mail for another server. The sender of what is forwarded is rewritten when
 * it is sent (mta.c, mta_handle_envelope; mta_session.c); `recipient` is that
 * of the session.
 */
export function relayEnvelope(
  { address }: Node,
  { name, srs, mailFrom }: Delivery,
  message: Pick<Message, "mailFrom">,
  recipient: MailAddress,
  world: Pick<World, "srs" | "environment">,
): RelayEnvelope {
  const envelope = { kind: "relay", action: name, dest: addressText(address) } as const;
  const isForwarded = envelope.dest !== addressText(recipient);
  if (!world.srs || !srs || !isForwarded || message.mailFrom === "@") return { ...envelope, srs: false };
  const { now } = world.environment;
  if (now === undefined) return { ...envelope, srs: true };
  const rest = addressText(recipient);
  const domain = rest.slice(rest.indexOf("@") + 1);
  return { ...envelope, srs: true, sender: encodeSrs(senderOf(message, mailFrom), domain, dayOf(now), world.srs) };
}

/** The sender, or what of it the `mail-from` of a relay leaves. */
function senderOf(message: Pick<Message, "mailFrom">, mailFrom: string | undefined): string {
  const replaced = mailFrom === undefined ? undefined : parseMailAddress(mailFrom);
  const sender = parseMailAddress(message.mailFrom);
  if (!replaced || !sender?.user) return message.mailFrom;
  return addressText({ user: replaced.user || sender.user, domain: replaced.domain || sender.domain });
}
