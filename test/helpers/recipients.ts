import type { Release } from "@smtpdlint/grammar";
import { analyse } from "@smtpdlint/lint";
import { memoryHost } from "@smtpdlint/model";
import {
  describedEnvironment,
  type Environment,
  type EnvironmentDescription,
  Expander,
  type RecipientAnswer,
} from "@smtpdlint/policy";
import type { RecipientQuestion } from "../../packages/cli/src/trace/batch.ts";
import { readLargeVectors, readVectors, vectorFolder } from "./vectors.ts";

/**
 * A configuration, its machine, and what smtpd 7.8 answered for recipients
 * (`answer`), and 6.8 where it says something else (`answer68`). `setAnswer`
 * is what an exact search for duplicates gives where smtpd, which changes the
 * keys of its tree, misses one. An `unstable` answer depends on addresses in
 * memory.
 */
export interface RecipientVector extends EnvironmentDescription {
  readonly id: string;
  readonly conf: string;
  readonly messages: readonly AnsweredQuestion[];
}

export interface AnsweredQuestion extends RecipientQuestion {
  readonly answer: RecipientAnswer;
  readonly answer68?: RecipientAnswer;
  readonly setAnswer?: RecipientAnswer;
  readonly unstable?: unknown;
  readonly unstable68?: unknown;
}

/** The vectors by the names of their files; of the large one all if SMTPDLINT_VECTORS names a folder that has it. */
export const recipientVectors: readonly (readonly [name: string, read: () => RecipientVector[]])[] = [
  ["expand-facts.jsonl", () => readVectors("expand-facts.jsonl")],
  ["expand.jsonl.gz", () => readVectors("expand.jsonl.gz")],
  ...(vectorFolder ? [["all of expand.jsonl", () => readLargeVectors<RecipientVector>("expand.jsonl")] as const] : []),
];

/** Expands a vector's recipients on its machine, or on what `change` leaves of it; without tables, their files are missing. */
export function expanderFor(
  vector: RecipientVector,
  release: Release,
  change: (environment: Environment) => Partial<Environment> = () => ({}),
  tables: RecipientVector["files"] = vector.files,
): Expander {
  const host = memoryHost({ ...tables });
  const { policy } = analyse("/etc/mail/smtpd.conf", vector.conf, host, { rules: [], target: release });
  const environment = describedEnvironment(vector, release);
  return new Expander(policy, { ...environment, ...change(environment) });
}

/** What a release answers, each in its canonical text; none if that depends on chance. */
export function answersOf(question: AnsweredQuestion, release: "7.8" | "6.8"): string[] {
  const { answer, answer68, setAnswer, unstable, unstable68 } = question;
  if (release === "7.8" ? unstable : unstable68) return [];
  if (release === "6.8" && answer68) return [canonicalAnswer(answer68)];
  return [answer, ...(setAnswer ? [setAnswer] : [])].map(canonicalAnswer);
}

/** An answer as a text: envelopes have no order, but their number counts. */
export function canonicalAnswer({ reply, envelopes }: RecipientAnswer): string {
  const texts = envelopes.map((envelope) =>
    JSON.stringify(Object.fromEntries(Object.entries(envelope).toSorted(([a], [b]) => (a < b ? -1 : 1)))),
  );
  return [reply, ...texts.toSorted()].join(" ");
}
