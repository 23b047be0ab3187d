import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { inlayHints } from "@smtpdlint/ide";
import { analyse, describeDiff } from "@smtpdlint/lint";
import { blindHost } from "@smtpdlint/model";
import { diffPolicies, Smtpd, unknownEnvironment } from "@smtpdlint/policy";
import { describe, expect, test } from "vitest";
import { allCases } from "./helpers/rule-cases.ts";
import { temporaryFolder } from "./helpers/temporary-folder.ts";

/** Hints that an editor writes into the file when somebody wants it: smtpd reads the same with them. */
const smtpd = "/usr/sbin/smtpd";
const { file } = temporaryFolder("hints");

const read = (text: string) => {
  const { model, policy, diagnostics } = analyse("/etc/mail/smtpd.conf", text, blindHost);
  const view = { model, diagnostics, file: 0 };
  const isRefused = diagnostics.some(({ category }) => category === "refused");
  return { view, diagnostics, isRefused, smtpd: new Smtpd(policy, unknownEnvironment) };
};

const hintsOf = (text: string) =>
  inlayHints(read(text).view, 0, text.length, { implied: true, macros: true, ports: true });

/** The text with one hint in it, or with all. */
function written(text: string, hints: ReturnType<typeof hintsOf>): string {
  return hints
    .toReversed()
    .reduce((so, { offset, insert = "" }) => so.slice(0, offset) + insert + so.slice(offset), text);
}

/** Each hint alone, and all of them. */
function variants(text: string): string[] {
  const hints = hintsOf(text).filter(({ insert }) => insert !== undefined);
  return hints.length === 0 ? [] : [...hints.map((hint) => written(text, [hint])), written(text, hints)];
}

const texts: readonly (readonly [name: string, before: string, after: string])[] = [
  ["neither", "match reject\n", "match from local for local reject\n"],
  ["only a sender", "match from any reject\n", "match from any for local reject\n"],
  ["only a recipient", "match for any reject\n", "match from local for any reject\n"],
  ["other conditions", 'match ! tag "x" auth reject\n', 'match from local ! tag "x" auth for local reject\n'],
  ["no blank", "match for domain {a.org}reject\n", "match from local for domain {a.org}reject\n"],
  [
    "no blank before the end",
    "match from any rcpt-to {x@a.org}reject\n",
    "match from any rcpt-to {x@a.org}for local reject\n",
  ],
  ["no blank after the first word", "match!for any reject\n", "match from local !for any reject\n"],
  ["two lines", "match \\\n  reject\n", "match from local \\\n  for local reject\n"],
  [
    "a comment",
    "listen on lo# x\nmatch from any for any reject# x\n",
    "listen on lo port 25 # x\nmatch from any for any reject# x\n",
  ],
  [
    "a listener",
    "listen on lo\nmatch from any for any reject\n",
    "listen on lo port 25\nmatch from any for any reject\n",
  ],
  [
    "options",
    'listen on "lo" inet4 tag x\nmatch from any for any reject\n',
    'listen on "lo" port 25 inet4 tag x\nmatch from any for any reject\n',
  ],
  [
    "an address",
    "listen on ::1\nmatch from any for any reject\n",
    "listen on ::1 port 25\nmatch from any for any reject\n",
  ],
  [
    "a macro",
    "m = lo\nlisten on $m\nmatch from any for any reject\n",
    "m = lo\nlisten on $m\nmatch from any for any reject\n",
  ],
  [
    "a macro in a rule",
    'd = "x.org"\nmatch for domain $d reject\n',
    'd = "x.org"\nmatch from local for domain $d reject\n',
  ],
  [
    "a socket",
    "listen on socket\nmatch from any for any reject\n",
    "listen on socket\nmatch from any for any reject\n",
  ],
];

describe("with all hints", () => {
  test.each(texts)("%s", (_, before, after) => {
    expect(written(before, hintsOf(before))).toBe(after);
    expect(hintsOf(after).filter(({ insert }) => insert !== undefined)).toEqual([]);
  });

  test.skipIf(!existsSync(smtpd)).each(texts)("%s is accepted by smtpd", (name, before, after) => {
    for (const text of [before, after]) {
      const { status, stderr } = spawnSync(smtpd, ["-n", "-f", file(name, text)], { encoding: "utf8" });
      expect([status, stderr]).toEqual([0, expect.stringContaining("configuration OK")]);
    }
  });
});

test("in every case of our rules that smtpd accepts, what becomes of mail is the same", () => {
  let count = 0;
  for (const { text } of allCases()) {
    const before = read(text);
    if (before.isRefused || text.includes("--- ")) continue;
    for (const after of variants(text)) {
      const { smtpd, isRefused } = read(after);
      expect(isRefused, after).toBe(false);
      expect(describeDiff(diffPolicies(before.smtpd, smtpd)).differences, after).toEqual([]);
      count++;
    }
  }
  expect(count).toBeGreaterThan(300);
});
