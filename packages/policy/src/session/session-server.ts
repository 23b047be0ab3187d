import type { Release } from "@smtpdlint/grammar";
import type { MailAddress, SessionLimits } from "@smtpdlint/model";
import type { Assumptions } from "../assumptions.ts";
import type { ClientName } from "../environment.ts";
import type { Expansion } from "../expansion/expansion-tree.ts";
import type { Mapping } from "../expansion/mapping.ts";
import type { Message } from "../message.ts";
import type { FilterChain } from "./filter-phase.ts";
import type { Listener } from "./listener.ts";
import type { Login } from "./login.ts";
import type { Replies } from "./replies.ts";

/** Who talks to smtpd, and where. */
export interface Connection {
  readonly listener: Listener;
  /** `local` for the socket, else an address: `192.0.2.1`, `2001:db8::1`. */
  readonly src: string;
  readonly client: ClientName;
}

/** What a session asks smtpd. */
export interface SessionServer {
  readonly limits: SessionLimits;
  readonly replies: Replies;
  isAtLeast(release: Release): boolean;
  filterChain(listener: Listener, assumptions: Assumptions): FilterChain;
  expand(message: Message, assumptions: Assumptions): Expansion;
  /** `attempt` is the number of passwords that were tried before. */
  checkLogin(
    login: Login,
    attempt: number,
    listener: Listener,
    assumptions: Assumptions,
  ): "right" | "wrong" | "failure";
  checkSender(
    senders: Mapping,
    user: string,
    address: MailAddress,
    assumptions: Assumptions,
  ): "allowed" | "refused" | "failure";
  nameOf(names: Mapping, address: string, assumptions: Assumptions): string | undefined;
}
