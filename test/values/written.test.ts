import { isReserved, parse } from "@smtpdlint/grammar";
import { quoteText, writeText } from "@smtpdlint/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../helpers/random.ts";

/** What smtpd's lexer makes of a spelling; undefined if it is not one text and nothing else. */
function readBack(spelling: string): string | undefined {
  const { config, problems } = parse("smtpd.conf", `proc x ${spelling}\nmatch reject\n`, { target: "7.8" });
  const [statement] = config.statements;
  if (problems.length > 0 || config.statements.length !== 2 || statement?.kind !== "proc") return undefined;
  return statement.command?.value;
}

const anything = fc.oneof(
  fc
    .array(
      fc.constantFrom(
        "a",
        "1",
        "-",
        "/",
        "$",
        "\\",
        "\\\\",
        " ",
        "\t",
        '"',
        "'",
        "#",
        "{",
        "=",
        "tls",
        "é",
        "\r",
        "\n",
      ),
      {
        maxLength: 8,
      },
    )
    .map((parts) => parts.join("")),
  fc.string({ unit: "grapheme", maxLength: 20 }),
);
/** smtpd drops the characters with which it marks macros. */
const isWritable = (text: string) => !/[\x01\x02]/.test(text);

describe("a text is written so that smtpd reads the same", () => {
  test("with quotes where it needs them", () => {
    fc.assert(
      fc.property(anything.filter(isWritable), (text) => {
        const written = writeText(text, isReserved(text, "7.8"));
        if (written !== undefined) expect(readBack(written)).toBe(text);
      }),
      { numRuns: runs(2_000) },
    );
  });

  test("in quotes", () => {
    fc.assert(
      fc.property(anything.filter(isWritable), (text) => {
        const written = quoteText(text);
        if (written !== undefined) expect(readBack(written)).toBe(text);
      }),
      { numRuns: runs(2_000) },
    );
  });

  test.each([
    ["plain", "plain", '"plain"'],
    ["tls", '"tls"', '"tls"'],
    ["a b", '"a b"', '"a b"'],
    ["x\\", "x\\\\", undefined],
    ["\\", undefined, undefined],
    ["a \\", undefined, undefined],
    ["a\\ b", '"a\\\\ b"', '"a\\\\ b"'],
    ["a\\.b", '"a\\.b"', '"a\\.b"'],
    ['say "x"', "'say \"x\"'", "'say \"x\"'"],
    ["a\nb", undefined, undefined],
  ])("%j", (text, written, quoted) => {
    expect([writeText(text, isReserved(text, "7.8")), quoteText(text)]).toEqual([written, quoted]);
  });
});
