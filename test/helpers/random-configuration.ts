import { readFileSync } from "node:fs";
import { analyse } from "@smtpdlint/lint";
import { blindHost } from "@smtpdlint/model";
import { outsideEnvironment, Smtpd } from "@smtpdlint/policy";
import fc from "fast-check";

/** The rule sets of `match.jsonl` that can be loaded. */
const rulesets = readFileSync(new URL("../conformance/vectors/match.jsonl", import.meta.url), "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line)[1] as string);

const listeners = [
  "listen on lo",
  "listen on eth0",
  "listen on eth0 port 2525 tag IN",
  'pki x cert "/c"\npki x key "/k"\nlisten on eth0 port 587 tls-require pki x auth tag MSA',
  'listen on 192.0.2.1 port 26 tag DKIM_OUT\nlisten on "2001:db8::5"',
];

/** Rule sets of the vectors, with some listeners. */
export const fromVectors = fc
  .tuple(fc.constantFrom(...rulesets), fc.subarray(listeners, { minLength: 1 }))
  .map(([text, lines]) => `${lines.join("\n")}\n${text}`);

/** smtpd with a configuration; undefined if it refuses it. */
export function load(text: string): Smtpd | undefined {
  const { policy, diagnostics } = analyse("smtpd.conf", text, blindHost);
  return diagnostics.some(({ category }) => category === "refused") ? undefined : new Smtpd(policy, outsideEnvironment);
}
