import { formatLines, formatNewLine, formatText, indentOf, type ReadFile } from "@smtpdlint/format";
import { applyEdits, parse } from "@smtpdlint/grammar";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "./helpers/random.ts";
import { allCases } from "./helpers/rule-cases.ts";

const path = "smtpd.conf";

function readFile(text: string): ReadFile {
  const { statements, macroUses } = parse(path, text).config;
  return { path, text, statements, macroUses };
}

const texts = allCases()
  .map(({ text }) => text)
  .filter(({ length }) => length < 1000);
const untidy = [
  'm  = "a\\\\b"\nn = x\n',
  "listen  on lo   filter  $m\n",
  "table t  {\n\ta ,  b\n\tc   = d # e\n}\n",
  "table u {\n    a ,\n    b\n}\n",
  'pki  $n   cert  "/x"\npki  $nn  key   "/y"\n',
  "action a   relay \\\n    host  $n # why\n",
  "# c\n  # d\n\n\n\n\n",
  "match  from any \\\n\tfor any   action  a   \n",
  "accept  from any  \n",
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...untidy), fc.constantFrom(...texts)), { minLength: 1, maxLength: 12 })
  .map((all) => all.join(""));

test(`some lines are formatted as in the whole file (seed ${seed})`, () => {
  fc.assert(
    fc.property(text, fc.nat(), fc.nat(80), (text, at, length) => {
      const start = at % (text.length + 1);
      const range = { start, end: Math.min(text.length, start + length) };
      const file = readFile(text);
      expect(formatLines(file, range)).toEqual(formatText(path, text, { range, indent: indentOf(file) }));
    }),
    { numRuns: runs(300) },
  );
});

/** `|` is where a newline has been typed. */
test.each([
  ["listen on lo\n|", "listen on lo\n"],
  ["listen  on   lo\n|\nmatch  reject\n", "listen on lo\n\nmatch  reject\n"],
  ["\n|match reject\n", "\nmatch reject\n"],
  ["match reject\n\n\n\n|match reject\n", "match reject\n\n\n\nmatch reject\n"],
  ["table t {\n|", "table t {\n\t"],
  ["table t {\n|\n}\n", "table t {\n\t\n}\n"],
  ["table t {\n  a,\n|\n}\n", "table t {\n  a,\n  \n}\n"],
  ["table t { a,\n|b }\n", "table t { a,\n\tb }\n"],
  ["table t { a }\n|", "table t { a }\n"],
  ["match from any \\\n|", "match from any \\\n\t"],
  ["match from any \\\n    for any \\\n|", "match from any \\\n    for any \\\n    "],
  ["match from any \\\n\tfor any reject\n|\t", "match from any \\\n\tfor any reject\n"],
  ["match from any for any reject # {\n|", "match from any for any reject # {\n"],
  ["# a \\\n|", "# a \\\n"],
  ["admd '{'\n|", "admd '{'\n"],
  ["filter c chain {\n|", "filter c chain {\n\t"],
  ["m = x\nlisten  on $m\n|", "m = x\nlisten on $m\n"],
])("after a newline: %j", (typed, expected) => {
  const start = typed.indexOf("|");
  const text = typed.replace("|", "");
  expect(applyEdits(text, formatNewLine(readFile(text), start))).toBe(expected);
});
