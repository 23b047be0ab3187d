import type { Release, Span } from "@smtpdlint/grammar";
import type { ActionNames } from "./action-names.ts";
import type { AnnouncementKind } from "./announcement.ts";
import type { Facts } from "./facts.ts";
import type { Words } from "./words.ts";

/** What the translation of a statement sees of all others, and where it says what it could not keep. */
export interface Context {
  readonly target: Release;
  /** The name of the machine, in lower case; undefined if nobody has said it. */
  readonly hostName: string | undefined;
  readonly words: Words;
  readonly facts: Facts;
  readonly actions: ActionNames;
  announce(kind: AnnouncementKind, span: Span, message: string): void;
  /** Says what of a statement is left out. */
  leaveOut(span: Span, reason: string): void;
}
