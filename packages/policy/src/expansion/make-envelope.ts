import { type MailAddress, parseMailAddress } from "@smtpdlint/model";
import type { Message } from "../message.ts";
import type { Delivery } from "./delivery.ts";
import { addressText, type LocalEnvelope, type RelayEnvelope } from "./envelope.ts";
import type { Node } from "./nodes.ts";
import { dayOf, encodeSrs } from "./srs.ts";
import { smtpdUser } from "./user-info.ts";
import type { World } from "./world.ts";

/** Mail for the mailbox of a user. 6.4 forgets the sub-address. */
export const mailboxEnvelope = (node: Node, delivery: Delivery, world: Pick<World, "isAtLeast">): LocalEnvelope => ({
  ...localEnvelope(node, delivery),
  user: node.text,
  ...(node.tag && world.isAtLeast("6.6") && { sub: node.tag }),
});

/** Mail for a file or a program; before 6.4 also for a folder of the user whose alias names it. */
export const deliveryEnvelope = (node: Node, delivery: Delivery): LocalEnvelope => ({
  ...localEnvelope(node, delivery),
  // Those that an alias names are run by smtpd's own user.
  user: node.parent?.isUser || node.kind === "maildir" ? (node.parent?.text ?? "") : smtpdUser,
  ...argumentOf(node),
});

function argumentOf({ kind, text }: Node): Pick<LocalEnvelope, "file" | "maildir" | "exec"> {
  if (kind === "file") return { file: text };
  if (kind === "maildir") return { maildir: text };
  // Without a command the action delivers as ever.
  return text ? { exec: text } : {};
}

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
  return { ...envelope, srs: true, sender: encodeSrs(relaySender(message, mailFrom), domain, dayOf(now), world.srs) };
}

/** The sender, or what of it the `mail-from` of a relay leaves. */
export function relaySender(message: Pick<Message, "mailFrom">, mailFrom: string | undefined): string {
  const replaced = mailFrom === undefined ? undefined : parseMailAddress(mailFrom);
  const sender = parseMailAddress(message.mailFrom);
  if (!replaced || !sender?.user) return message.mailFrom;
  return addressText({ user: replaced.user || sender.user, domain: replaced.domain || sender.domain });
}
