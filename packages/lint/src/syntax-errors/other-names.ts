import type { Expectation, Release } from "@smtpdlint/grammar";
import { wordsOf } from "./tokens.ts";

/** What people write for a word of the language, too far from it for a slip: the first that is expected is meant. */
const meanings: Readonly<Record<string, readonly string[]>> = {
  "helo-names": ["helo-src", "hostnames"],
  "helo-name": ["helo", "hostname"],
  "helo-source": ["helo-src"],
  hostname: ["helo"],
  hostnames: ["helo-src"],
  ipv4: ["inet4"],
  ipv6: ["inet6"],
  inet: ["inet4"],
  starttls: ["tls"],
  ssl: ["smtps", "tls"],
  smarthost: ["host"],
  credentials: ["auth"],
  "source-address": ["src"],
  "verify-client": ["tls-require"],
};

/** The expected word that is meant by one that smtpd never had; `!` for `not`. */
export function findOtherName(word: string, expected: readonly Expectation[], target: Release): string | undefined {
  if (word === "not" && expected.some(({ token }) => token === "Bang")) return "!";
  const candidates = Object.hasOwn(meanings, word) ? (meanings[word] ?? []) : [];
  const words = candidates.length > 0 ? wordsOf(expected, target) : [];
  return candidates.find((candidate) => words.includes(candidate));
}
