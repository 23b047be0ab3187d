import { readFileSync } from "node:fs";
import { lineColumn, lineStarts, type Release, type SourceFile } from "@smtpdlint/grammar";
import { analyse } from "@smtpdlint/lint";
import { blindHost } from "@smtpdlint/model";
import { describe, expect, test } from "vitest";

/**
 * What real smtpd binaries said of configurations: a line of `vectors/*.jsonl`
 * is [id, kind, text, verdicts], a verdict true (taken), a number (refused, the
 * first line that smtpd names), false (refused without a line) or null (smtpd
 * crashed or hung).
 */
type Verdict = true | number | false | null;
type Vector = [id: string, kind: string, text: string, verdicts: Record<string, Verdict>];

const read = (name: string) =>
  readFileSync(new URL(`vectors/${name}.jsonl`, import.meta.url), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Vector);

const vectors = [...read("constructs"), ...read("generated")];
const targets = Object.keys((vectors[0] as Vector)[3]) as Release[];

/** Findings that stand elsewhere than where smtpd would stop first, and why that is better. */
const elsewhere: Readonly<Record<string, string>> = {
  "blank-after-backslash": "on the line that should go on, not on the next",
  "incomplete-pki": "smtpd looks at certificates only after a clean parse; we show it together with the rest",
  "invalid-queue-key": "smtpd tries the key only after a clean parse",
  "missing-backslash": "on the line that should go on, not on the next",
  "missing-value": "on the keyword that lacks its value, not on what stands in its place, perhaps a line further",
  "repeated-option": "on the option's keyword, not on the last token of its value, perhaps lines further",
  "too-new": "on the word that the release does not know, not on the one after it, perhaps a line further",
  "unknown-statement": "on the statement's first word, not on the second, perhaps a line further",
  "wrong-table-kind": "on the table's start, not on its closing brace",
};

/** A text that runs on to the next quote, perhaps lines below, is shown where it starts. */
const isRunOn = (message: string) => message.startsWith("the text that starts here goes on to line");

describe.each(targets)("smtpd %s", (target) => {
  const judged = vectors
    .filter(([, , , verdicts]) => verdicts[target] !== null && verdicts[target] !== undefined)
    .map(([id, kind, text, verdicts]) => {
      const { model, diagnostics } = analyse("smtpd.conf", text, blindHost, { target });
      const refused = diagnostics.filter(({ category }) => category === "refused");
      return { id, kind, text, refused, files: model.sources.files, verdict: verdicts[target] as Verdict };
    });

  test(`a refused finding on every configuration that it refuses, and on no other (${judged.length})`, () => {
    const wrong = judged
      .filter(({ verdict, refused }) => (verdict === true) !== (refused.length === 0))
      .map(({ id, kind, verdict, refused }) => ({ id, kind, verdict, ours: refused.map(({ rule }) => rule) }));
    expect(wrong).toEqual([]);
  });

  test("the first on the line that it names", () => {
    const named = judged.filter(({ verdict }) => typeof verdict === "number");
    const misses = named
      .map(({ id, verdict, refused, files }) => {
        const first = refused[0] as (typeof refused)[number];
        const { text } = files[first.span.file] as SourceFile;
        const { line } = lineColumn(lineStarts(text), first.span.start);
        return { id, theirs: verdict, ours: line, rule: first.rule, message: first.message };
      })
      .filter(({ theirs, ours }) => theirs !== ours);
    expect(misses.filter(({ rule, message }) => elsewhere[rule] === undefined && !isRunOn(message))).toEqual([]);
    expect(misses.length / named.length).toBeLessThan(0.02);
  });
});
