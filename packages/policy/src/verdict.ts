import type { Unknown } from "./assumptions.ts";
import type { Delivered } from "./delivery/bounce.ts";
import type { Exchange } from "./session/session.ts";
import { isRefused, type RecipientTrace } from "./trace.ts";

/** What becomes of a recipient, in short. */
export type Verdict =
  /** For good, or for now; the reply is that to the command. */
  | { readonly kind: "refused" | "deferred"; readonly command: string; readonly reply: string }
  | { readonly kind: "accepted"; readonly deliveries: readonly DeliveryVerdict[] }
  /** Anything may happen, since it depends on something of which nothing is known. */
  | { readonly kind: "unknown"; readonly unknown: Unknown };

/** What becomes of a copy of an accepted message. */
export interface DeliveryVerdict {
  /** `handed over` if the rest is up to a program or a server of which nothing is known. */
  readonly kind: "delivered" | "relayed" | "handed over" | "bounced" | "queued";
  readonly delivered: Delivered;
}

export function verdictOf({ refusal, unknown, delivered }: RecipientTrace): Verdict {
  if (refusal) return refusedWith(refusal);
  if (unknown) return { kind: "unknown", unknown };
  return { kind: "accepted", deliveries: delivered.map((item) => ({ kind: kindOf(item), delivered: item })) };
}

function refusedWith(exchange: Exchange): Verdict {
  const { command, reply } = exchange;
  const text = reply === "closed" ? "" : (reply.at(-1) ?? "");
  return { kind: isRefused(exchange) && text.startsWith("4") ? "deferred" : "refused", command, reply: text };
}

function kindOf({ outcome }: Delivered): DeliveryVerdict["kind"] {
  switch (outcome.result) {
    case "PermFail":
      return "bounced";
    case "TempFail":
      return "queued";
    case "Ok":
      return outcome.destination?.kind === "server" ? "relayed" : "delivered";
    default:
      return outcome.destination?.kind === "maildir" || outcome.destination?.kind === "file"
        ? "delivered"
        : outcome.destination?.kind === "server"
          ? "relayed"
          : "handed over";
  }
}
