import type { Entry, MailAddress, SystemUser } from "@smtpdlint/model";
import type { Message } from "../message.ts";
import type { MatchRule } from "../ruleset.ts";
import type { Envelope } from "./envelope.ts";
import type { ForwardFile } from "./forward-file.ts";
import type { MemberKind } from "./members.ts";
import type { Ruling } from "./ruling.ts";

/** The recipient, or what an alias, a `.forward` or another node has become (struct expandnode). */
export interface ExpansionNode {
  readonly kind: Exclude<MemberKind, "include">;
  /** As smtpd found it: the name, path, command or reply; of an address, what stands before its `@`. */
  readonly text: string;
  /** Of an address; empty for others. */
  readonly domain: string;
  readonly origin: NodeOrigin;
  readonly depth: number;
  /** The match rule that took the address from which the node comes, for all but an address. */
  readonly rule: MatchRule | undefined;
  /** What smtpd did with it, in this order; empty if it gave up before. */
  readonly steps: readonly ExpansionStep[];
  readonly children: readonly ExpansionNode[];
}

/** What has produced a node. */
export type NodeOrigin =
  | { readonly kind: "recipient" }
  /** The user of an address that an action takes. */
  | { readonly kind: "user part" }
  | { readonly kind: "table"; readonly table: string; readonly entry: Entry }
  /** A line of a file, the first is 1. */
  | { readonly kind: "forward" | "include"; readonly path: string; readonly line: number };

/** A thing that smtpd does with a node. */
export type ExpansionStep =
  /** It is there already, and is left out. */
  | { readonly kind: "duplicate" }
  /** An address of SRS is decoded; without a result it stays as it is. */
  | { readonly kind: "srs"; readonly decoded: MailAddress | undefined }
  | { readonly kind: "rule"; readonly message: Message; readonly ruling: Ruling }
  | {
      readonly kind: "alias" | "virtual";
      readonly table: string;
      /** In the order in which smtpd asks; the last one is found, if there is an entry. */
      readonly keys: readonly string[];
      readonly entry: Entry | "missing" | "unknown";
    }
  | { readonly kind: "include"; readonly path: string; readonly found: boolean }
  | { readonly kind: "sub-address"; readonly user: string; readonly tag: string }
  | { readonly kind: "user"; readonly name: string; readonly user: SystemUser | "missing" | "failure" | "unknown" }
  /** `not read` if the action has another deliver. */
  | { readonly kind: "forward"; readonly file: ForwardFile | "not read" | "unknown" }
  | { readonly kind: "envelope"; readonly envelope: Envelope }
  | { readonly kind: "failure"; readonly reply: string; readonly reason: FailureReason };

/** Why a recipient is refused. */
export type FailureReason =
  | "too deep"
  | "no rule"
  | "rejected"
  | "rule failed"
  | "alias malformed"
  | "no alias"
  | "user lookup failed"
  | "no user"
  | "forward refused"
  | "forward malformed"
  | "too many members"
  | "forward only"
  | "expand only"
  | "root's forward"
  | "error alias"
  | "nothing left"
  /** A `%{…}` that cannot be expanded; later releases find it when they deliver. */
  | "format";

/** What smtpd answers to a recipient, and the envelopes it makes, none if it refuses. */
export interface RecipientAnswer {
  /** `250`, or the code and text without the address that smtpd adds (smtp_session.c). */
  readonly reply: string;
  readonly envelopes: readonly Envelope[];
}

/** One way in which a recipient is expanded. */
export interface Expansion {
  /** Undefined if anything may happen, since the contents of something decide that are not known. */
  readonly answer: RecipientAnswer | undefined;
  readonly root: ExpansionNode;
  /** The nodes in the order in which smtpd expands them, up to the one that refuses. */
  readonly visits: readonly Visit[];
}

/** A node, and its text before smtpd changed it. */
export interface Visit {
  readonly node: ExpansionNode;
  /** Of an address both parts. */
  readonly text: string;
}
