import { readFileSync } from "node:fs";
import { formatText } from "@smtpdlint/format";
import { applyEdits, parse, releases } from "@smtpdlint/grammar";
import { analyse, type Diagnostic, fix } from "@smtpdlint/lint";
import { memoryHost } from "@smtpdlint/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { largeTexts } from "./helpers/large.ts";
import { runs, seed } from "./helpers/random.ts";
import { allCases } from "./helpers/rule-cases.ts";

/** Whatever a file holds: no exception, findings that can be shown, and fixes that can be trusted. */
const path = "/etc/mail/smtpd.conf";

const vectors = readFileSync(new URL("conformance/vectors/constructs.jsonl", import.meta.url), "utf8");
const configurations = [
  ...allCases(),
  ...vectors
    .split("\n")
    .filter(Boolean)
    .map((line) => ({ text: JSON.parse(line)[2] as string, files: {} })),
]
  .map(({ text, files }) => ({ text, files }))
  .filter(({ text }) => text.length < 2000);
const tokens = [...new Set(configurations.flatMap(({ text }) => text.match(/\S+|\n/g) ?? []))];

/** A configuration with a part taken out, doubled, or replaced by one of another. */
const torn = fc
  .tuple(
    fc.constantFrom(...configurations),
    fc.array(fc.tuple(fc.nat(), fc.nat(60), fc.constantFrom(...configurations), fc.nat(), fc.nat(60)), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([{ text, files }, cuts]) => {
    const result = cuts.reduce((old, [at, length, other, from, taken]) => {
      const start = at % (old.length + 1);
      const first = from % (other.text.length + 1);
      return old.slice(0, start) + other.text.slice(first, first + taken) + old.slice(start + length);
    }, text);
    return { text: result, files };
  });
const soup = fc
  .array(fc.tuple(fc.constantFrom(...tokens), fc.constantFrom(" ", " ", " ", "", "\t", "\n", "\\\n")), {
    maxLength: 60,
  })
  .map((words) => ({ text: words.flat().join(""), files: {} }));
const junk = fc.string({ unit: "binary", maxLength: 300 }).map((text) => ({ text, files: {} }));
const nested = fc
  .tuple(fc.constantFrom("{", "table t {", "match for domain {", "$a", "<", '"', "(", "a = {\n"), fc.nat(400))
  .map(([piece, count]) => ({ text: piece.repeat(count), files: {} }));

const inOrder = (a: Diagnostic, b: Diagnostic) => a.span.file - b.span.file || a.span.start - b.span.start;

function check(
  { text, files }: { text: string; files: Readonly<Record<string, string>> },
  target: (typeof releases)[number],
) {
  const host = memoryHost(files);
  const options = { defaultTarget: target };
  const { model, diagnostics } = analyse(path, text, host, options);

  expect(diagnostics.filter(({ category }) => category === "internal")).toEqual([]);
  for (const { span, related, fixes } of diagnostics) {
    for (const { file, start, end } of [
      span,
      ...related.map((place) => place.span),
      ...fixes.flatMap(({ edits }) => edits.map((edit) => edit.span)),
    ]) {
      const length = model.sources.files[file]?.text.length ?? -1;
      expect(0 <= start && start <= end && end <= length, `${start} to ${end} of ${length}`).toBe(true);
    }
  }
  expect([...diagnostics].sort(inOrder)).toEqual(diagnostics);
  const keys = diagnostics.map(({ rule, message, span }) => JSON.stringify([rule, message, span]));
  expect(new Set(keys).size).toBe(keys.length);

  const refused = (found: readonly Diagnostic[]) => found.filter(({ category }) => category === "refused").length;
  for (const unsafe of [false, true]) {
    const fixed = fix(path, text, host, { ...options, unsafe });
    expect(refused(fixed.analysis.diagnostics)).toBeLessThanOrEqual(refused(diagnostics));
    const after = new Map(fixed.changes.map((change) => [change.path, change.after]));
    const changed = memoryHost({ ...files, ...Object.fromEntries(after) });
    expect(fix(path, after.get(path) ?? text, changed, { ...options, unsafe }).changes).toEqual([]);
  }

  const formatted = applyEdits(text, formatText(path, text));
  expect(kindsOf(formatted)).toEqual(kindsOf(text));
  expect(applyEdits(formatted, formatText(path, formatted))).toBe(formatted);
}

const kindsOf = (text: string) => parse(path, text).config.statements.map(({ kind }) => kind);

describe("no text makes it fail", { timeout: runs(120_000) }, () => {
  test.each([
    ["torn configurations", torn, 400],
    ["token soup", soup, 400],
    ["nesting", nested, 60],
    ["junk", junk, 300],
  ] as const)(`%s (seed ${seed})`, (_, texts, usual) => {
    fc.assert(fc.property(texts, fc.constantFrom(...releases), check), { numRuns: runs(usual), endOnFailure: true });
  });
});

describe("100 kB of it end", () => {
  test.each(largeTexts)("%s", (_, text) => {
    const { diagnostics } = analyse(path, text, memoryHost({}));
    const formatted = applyEdits(text, formatText(path, text));
    expect(kindsOf(formatted)).toEqual(kindsOf(text));
    const { analysis } = fix(path, text, memoryHost({}), { unsafe: true });
    const refused = (found: readonly Diagnostic[]) => found.filter(({ category }) => category === "refused").length;
    expect(refused(analysis.diagnostics)).toBeLessThanOrEqual(refused(diagnostics));
  });
});

test("more mistakes in a statement than arguments fit into a call are no fault of ours", () => {
  for (const piece of ["$a ", "\ufeff", "{$"]) {
    expect(() => analyse(path, `${piece.repeat(200_000)}\n`, memoryHost({}))).not.toThrow();
  }
});

test("files that include each other many times end soon, and say each thing once", () => {
  const files = Object.fromEntries(
    Array.from({ length: 10 }, (_, level) => [`/etc/mail/f${level}`, `include f${level + 1}\n`.repeat(10)]),
  );
  const { diagnostics } = analyse(
    path,
    "include f0\n",
    memoryHost({ ...files, "/etc/mail/f10": "listen on lo prot 25\n" }),
  );
  expect(diagnostics.filter(({ rule }) => rule === "misspelt-word")).toHaveLength(1);
});
