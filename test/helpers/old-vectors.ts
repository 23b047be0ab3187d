import type { EnvironmentDescription } from "@smtpdlint/policy";
import type { RecipientQuestion } from "../../packages/cli/src/trace/batch.ts";
import { readLargeVectors, readVectors, vectorFolder } from "./vectors.ts";

/** A configuration in the language before 6.4, its machine, and what smtpd 6.0.3 answered for recipients. */
export interface OldVector extends EnvironmentDescription {
  /** That of a fact says which. */
  readonly id: string;
  readonly conf: string;
  readonly files: Readonly<Record<string, string>>;
  /** The parser's first complaint; `line` is null where it stops without a place. */
  readonly verdict: { readonly ok: boolean; readonly line?: number | null; readonly message?: string };
  readonly messages: readonly OldQuestion[];
  /** Of a fact: a right translation to the language of 7.8; others are right, too. */
  readonly expected?: string;
  readonly expectedFiles?: Readonly<Record<string, string>>;
  /** Of a fact: set where the meaning cannot be kept. */
  readonly changes?: string | null;
}

export interface OldQuestion extends RecipientQuestion {
  readonly answer: OldAnswer;
  /** The client has logged in, though no listener lets anybody: no message of the real world. */
  readonly authImpossible?: boolean;
  /** Of a fact: how 7.8 treats the message differently, whatever the translation. */
  readonly differs?: string;
}

export interface OldAnswer {
  readonly reply: string;
  readonly envelopes: readonly Readonly<Record<string, unknown>>[];
}

/** The vectors by the names of their files; of SMTPDLINT_VECTORS also those that hold files of other people. */
export const oldVectors: readonly (readonly [name: string, read: () => OldVector[]])[] = [
  ["old.jsonl.gz", () => readVectors("old.jsonl.gz")],
  ["old-facts.jsonl.gz", () => readVectors("old-facts.jsonl.gz")],
  ...(vectorFolder ? [["old-real.jsonl", () => readLargeVectors<OldVector>("old-real.jsonl")] as const] : []),
];
