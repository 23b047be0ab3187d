import type { Expectation, Release } from "@smtpdlint/grammar";
import { nearest } from "@smtpdlint/model";
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
  to: ["for"],
  sender: ["mail-from"],
  recipient: ["rcpt-to"],
  permit: ["action"],
  deny: ["reject"],
  block: ["reject"],
  drop: ["reject"],
  discard: ["reject"],
  certificate: ["pki"],
  cert: ["pki"],
};

/** True for a word that people write for another, so that the other is no guess by its letters. */
export const hasOtherName = (word: string): boolean => Object.hasOwn(meanings, word);

/** The word among those expected that another is most likely meant for: by its meaning, its letters, or its beginning. */
export function findMeant(word: string, expected: readonly Expectation[], target: Release): string | undefined {
  const words = wordsOf(expected, target);
  const [longer, ...others] = word.length > 3 ? words.filter((item) => item.startsWith(word) && item !== word) : [];
  return findOtherName(word, expected, target) ?? nearest(word, words) ?? (others.length === 0 ? longer : undefined);
}

/** The expected word that is meant by one that smtpd never had; `!` for `not`. */
function findOtherName(word: string, expected: readonly Expectation[], target: Release): string | undefined {
  if (word === "not" && expected.some(({ token }) => token === "Bang")) return "!";
  const candidates = Object.hasOwn(meanings, word) ? (meanings[word] ?? []) : [];
  const words = candidates.length > 0 ? wordsOf(expected, target) : [];
  return candidates.find((candidate) => words.includes(candidate));
}
