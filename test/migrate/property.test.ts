import { legacy, parse, problemsOf, type Release } from "@smtpdlint/grammar";
import { migrate } from "@smtpdlint/migrate";
import { memoryHost } from "@smtpdlint/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { oldVectors } from "../helpers/old-vectors.ts";
import { runs } from "../helpers/random.ts";

const words = [...legacy.words, ...legacy.olderWords.map(({ word }) => word)];
const pieces = [
  "\n",
  "\n",
  "{",
  "}",
  "<a>",
  ",",
  "!",
  "=",
  '"x y"',
  "'\"'",
  "\\\n",
  "$m",
  "# c",
  "25",
  "a.example",
  "mx",
];
const anything = fc
  .array(fc.oneof(fc.constantFrom(...words, ...pieces), fc.string({ maxLength: 4 })), { maxLength: 60 })
  .map((parts) => `m = "a"\n${parts.join(" ")}\n`);
const target = fc.constantFrom<Release>("7.8", "7.4", "6.8", "6.6", "6.4");

/** Statements of real files, in any order and damaged here and there. */
const lines = oldVectors.flatMap(([, read]) => read().flatMap(({ conf }) => conf.split(/(?<!\\)\n/))).filter(Boolean);
const damaged = fc
  .array(
    fc.tuple(fc.constantFrom(...lines), fc.option(fc.tuple(fc.nat(40), fc.constantFrom(...pieces)), { freq: 8 })),
    {
      maxLength: 12,
    },
  )
  .map((list) =>
    list
      .map(([line, damage]) => (damage ? `${line.slice(0, damage[0])} ${damage[1]} ${line.slice(damage[0])}` : line))
      .join("\n"),
  )
  .map((text) => `${text}\n`);

test.each([
  ["any words", anything],
  ["statements of real files, damaged", damaged],
])("of %s comes a file that today's smtpd can read, and nothing is lost", (_, texts) => {
  fc.assert(
    fc.property(texts, target, (text, release) => {
      const host = memoryHost({});
      const { text: result, untranslated, config } = migrate("smtpd.conf", text, host, { target: release });
      const { problems } = parse("smtpd.conf", result, { target: release });
      expect(problemsOf(problems, "unexpected-token").map(({ found }) => found.image)).toEqual([]);
      // What nobody could read is there as a comment.
      for (const { span } of untranslated) {
        const word = /^[A-Za-z0-9.-]+/.exec(config.files[span.file]?.text.slice(span.start, span.end) ?? "")?.[0] ?? "";
        expect(result).toContain(word);
      }
    }),
    { numRuns: runs(400) },
  );
});
