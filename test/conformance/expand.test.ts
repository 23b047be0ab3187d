import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Release } from "@smtpdlint/grammar";
import { analyse } from "@smtpdlint/lint";
import { memoryHost } from "@smtpdlint/model";
import {
  describedEnvironment,
  type EnvironmentDescription,
  Expander,
  type Message,
  type RecipientAnswer,
} from "@smtpdlint/policy";
import { expect, test } from "vitest";

/**
 * What smtpd 7.8 answered for recipients (`answer`), and 6.8 where it says
 * something else (`answer68`). `setAnswer` is what an exact search for
 * duplicates gives where smtpd, which changes the keys of its tree, misses
 * one. An `unstable` answer depends on addresses in memory.
 */
interface Vector extends EnvironmentDescription {
  readonly id: string;
  readonly conf: string;
  readonly messages: readonly Question[];
}

interface Question {
  readonly src: string;
  readonly rdns: string;
  readonly helo: string;
  readonly user: string | null;
  readonly mailFrom: string;
  readonly rcptTo: string;
  readonly tag: string;
  readonly answer: RecipientAnswer;
  readonly answer68?: RecipientAnswer;
  readonly setAnswer?: RecipientAnswer;
  readonly unstable?: unknown;
  readonly unstable68?: unknown;
}

const shared = new URL("../../../shared/vectors/", import.meta.url);
const own = new URL("vectors/", import.meta.url);

const vectorsOf = (text: string): Vector[] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

const files: readonly (readonly [name: string, vectors: () => Vector[]])[] = [
  ["expand-facts.jsonl", () => vectorsOf(readFileSync(new URL("expand-facts.jsonl", own), "utf8"))],
  ["expand.jsonl.gz", () => vectorsOf(gunzipSync(readFileSync(new URL("expand.jsonl.gz", own))).toString())],
  ["all of expand.jsonl", () => vectorsOf(readFileSync(new URL("expand.jsonl", shared), "utf8"))],
];

for (const [name, vectors] of files.filter(([name]) => name !== "all of expand.jsonl" || existsSync(shared))) {
  for (const release of ["7.8", "6.8"] as const) {
    test(`${name}: what becomes of a recipient is what smtpd ${release} says`, () => {
      const wrong: string[] = [];
      let count = 0;
      for (const vector of vectors()) {
        const expander = expanderFor(vector, release);
        for (const question of vector.messages) {
          if (release === "7.8" ? question.unstable : question.unstable68) continue;
          count++;
          const { alternatives, complete } = expander.expandRecipient(messageOf(question, vector));
          const [only, ...others] = alternatives;
          const found = canonical(only?.result.answer);
          const expected = answersOf(question, release).map(canonical);
          if (!expected.includes(found) || others.length > 0 || !complete) {
            wrong.push(`${vector.id} ${question.rcptTo}: ${found} instead of ${expected.join(" or ")}`);
          }
        }
      }
      expect(wrong.slice(0, 10)).toEqual([]);
      expect(count).toBeGreaterThan(300);
    });
  }
}

function expanderFor(vector: Vector, release: Release) {
  const host = memoryHost({ ...vector.files, "/etc/mail/smtpd.conf": vector.conf });
  const { policy } = analyse("/etc/mail/smtpd.conf", vector.conf, host, { rules: [], target: release });
  return new Expander(policy, describedEnvironment(vector, release));
}

function messageOf({ src, rdns, helo, mailFrom, rcptTo, tag, user }: Question, { env }: Vector): Message {
  const recipient = rcptTo.includes("@") ? rcptTo : `${rcptTo}@${env.hostname}`;
  return { src, rdns, helo, mailFrom: mailFrom || "@", rcptTo: recipient, tag, user: user ?? undefined };
}

const answersOf = ({ answer, answer68, setAnswer }: Question, release: "7.8" | "6.8") =>
  release === "6.8" && answer68 ? [answer68] : setAnswer ? [answer, setAnswer] : [answer];

/** Envelopes have no order, but their number counts. */
function canonical(answer: RecipientAnswer | undefined): string {
  if (!answer) return "anything";
  const envelopes = answer.envelopes.map((envelope) =>
    JSON.stringify(Object.entries(envelope).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  );
  return [answer.reply, ...envelopes.toSorted()].join(" ");
}
