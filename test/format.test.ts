import { readFileSync } from "node:fs";
import { formatText } from "@smtpdlint/format";
import { applyEdits, parse } from "@smtpdlint/grammar";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "./helpers/random.ts";
import { casesOf, ruleFiles } from "./helpers/rule-cases.ts";

const path = "smtpd.conf";
const format = (text: string) => applyEdits(text, formatText(path, text));

/** The tokens as smtpd would see them, and what is wrong with them. */
function meaning(text: string) {
  const tokens: string[] = [];
  const { config, problems } = parse(path, text, {
    onStatement: (read) => {
      for (const { tokenType, quote, image, macro } of read.tokens) {
        tokens.push([tokenType.name, quote, image, macro?.name].join(" "));
      }
    },
  });
  const comments = config.files[0]?.comments.map(({ start, end }) =>
    text.slice(start, end).replace(/[ \t\x01\x02]+$/, ""),
  );
  // A blank line less may be a carriage return less.
  const faults = problems.map(({ code }) => code).filter((code) => code !== "carriage-return");
  return [...tokens, ...(comments ?? []), ...faults].join("\n");
}

const withoutBlanks = (text: string) => text.replace(/[ \t\r\n]/g, "");

function checkPromises(text: string): void {
  const once = format(text);
  expect(meaning(once)).toBe(meaning(text));
  expect(withoutBlanks(once)).toBe(withoutBlanks(text));
  expect(format(once)).toBe(once);
}

/** `␠`, `␉`, `␍` stand for blanks that one would not see. */
const fromPictures = (text: string) =>
  text.replace(/[\u2400-\u2420]/g, (picture) => String.fromCharCode(picture.charCodeAt(0) - 0x2400));

const cases = readFileSync(new URL("fixtures/format.txt", import.meta.url), "utf8")
  .split(/^=== /m)
  .slice(1)
  .map((source) => {
    const [title = "", ...lines] = source.split("\n");
    const [before = "", after = before] = fromPictures(lines.join("\n")).split("--- after\n");
    return { title, before: endLine(before), after: endLine(after) };
  });

/** Between two cases stands a blank line. */
function endLine(text: string): string {
  return text.replace(/\n\n$/, "\n");
}

describe("cases", () => {
  test.each(cases)("$title", ({ before, after }) => {
    expect(format(before)).toBe(after);
    checkPromises(before);
  });
});

describe("the ends of a file", () => {
  test.each([
    ["a newline is added", "match reject", "match reject\n"],
    ["and no carriage return, which only a comment may end in", "# c\r\nmatch reject  ", "# c\r\nmatch reject\n"],
    ["blank lines there are not kept", "match reject\n\n \n", "match reject\n"],
    ["nor at the top", "\n \n# c\n", "# c\n"],
    ["nor behind a byte-order mark", "\ufeff\n\nmatch reject\n", "\ufeffmatch reject\n"],
    ["nothing stays nothing", "", ""],
    ["blanks are nothing", " \n\t\n  ", ""],
    ["what cannot be read stays as it is", 'match "reject', 'match "reject'],
    ["a byte-order mark stays", "\ufeff  match  reject\n", "\ufeffmatch reject\n"],
    ["a byte-order mark alone too", "\ufeff", "\ufeff"],
    ["smtpd does not read on after a NUL", "match  reject\n\0  x  \n", "match reject\n\0  x  \n"],
  ])("%s", (_, before, after) => {
    expect(format(before)).toBe(after);
    checkPromises(before);
  });
});

test("edits change only what differs", () => {
  const text = "listen on lo\nlisten  on lo  port 25\nmatch reject";
  expect(formatText(path, text)).toEqual([
    { span: { file: 0, start: 19, end: 21 }, text: " " },
    { span: { file: 0, start: 26, end: 28 }, text: " " },
    { span: { file: 0, start: 48, end: 48 }, text: "\n" },
  ]);
});

describe("a range", () => {
  const text = "listen  on lo\nlisten  on eth0\n\n\n\n\nmatch  reject";
  const formatRange = (start: number, end: number) =>
    applyEdits(text, formatText(path, text, { range: { start, end } }));

  test.each([
    ["within a line", 16, 16, text.replace("on eth0", "#").replace("  #", " on eth0")],
    ["of a whole line, with its end", 0, 14, text.replace("  ", " ")],
    ["of two lines", 5, 15, text.replace(/listen {2}/g, "listen ")],
    ["of the last line", text.length, text.length, `${text.replace("match  ", "match ")}\n`],
  ])("%s", (_, start, end, after) => expect(formatRange(start, end)).toBe(after));
});

describe("tokens and comments stay, and a second run changes nothing", { timeout: 300_000 }, () => {
  test.each(ruleFiles())("in the cases of $id", (file) => {
    for (const { text, files } of casesOf(file)) {
      for (const each of [text, ...Object.values(files)]) checkPromises(each);
    }
  });

  test.each(["constructs", "generated"])("in the vectors of %s", (name) => {
    const vectors = readFileSync(new URL(`conformance/vectors/${name}.jsonl`, import.meta.url), "utf8");
    for (const line of vectors.split("\n").filter(Boolean)) checkPromises(JSON.parse(line)[2]);
  });

  const words = ["table", "t", "{", "}", ",", "=", "=>", "<t>", "<", ">", "!", "listen on lo", "port", "25", "5", "-1"];
  const rest = [
    " ",
    "  ",
    "   ",
    "\t",
    "\n",
    "\n\n\n",
    "\\\n",
    " \\\n",
    "\r\n",
    "# c",
    '"a  b"',
    "'",
    '"',
    "$m",
    "$e",
    "$u",
  ];
  const starts = [
    "match reject\n",
    "action a relay ",
    "table t { a",
    "  listen on lo",
    "m = x\\\\\n",
    'm = "5 # "\n',
    "e = ''\n",
    "pki a cert b\n",
    "\\",
  ];
  test.each(["\n\ufeff\n\n\n", " \ufeffmatch reject\n", "\n\n\n\n\ufeffmatch  reject\n", "\t\n \ufeff# c\n"])(
    "nothing becomes a byte-order mark: %j",
    checkPromises,
  );
  const odd = ["\0", "\x01", "\x02", "\ufeff", "\r", "\f", "é", "(", "include x ", "# c \\\n", "#"];
  const piece = fc.constantFrom(...words, ...rest, ...starts, ...odd);
  const likely = fc.constantFrom(...words, ...rest, ...starts);

  test("in texts made of what smtpd.conf is made of", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => checkPromises(pieces.join(""))),
      {
        numRuns: runs(2_000),
      },
    );
    fc.assert(
      fc.property(fc.array(likely, { maxLength: 60 }), (pieces) => checkPromises(pieces.join(" "))),
      {
        numRuns: runs(2_000),
      },
    );
  });

  const blanks = fc.constantFrom(" ", " ", " ", "  ", "   ", "\t", " \\\n", " \\\n    ", " \\\n\t");
  const statement = fc
    .tuple(
      fc.constantFrom("", "", "  ", "\t", "# c\n", "  # c\n"),
      fc.constantFrom(
        "listen on lo port 25 tls",
        "pki a cert b",
        "match from any for domain { a, b } reject",
        "table t { a=b, c = d }",
        "name = value",
        "action x relay host y",
      ),
      fc.array(blanks, { minLength: 12, maxLength: 12 }),
      fc.constantFrom("\n", "\n", "\n\n", " # c\n", "   # c\n", "\t# c\n", " \n\n\n\n"),
    )
    .map(([indent, text, gaps, end]) => {
      let gap = 0;
      return indent + text.replace(/ /g, () => gaps[gap++] ?? " ") + end;
    });

  test("in statements with any blanks", () => {
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 8 }), (statements) => checkPromises(statements.join(""))),
      {
        numRuns: runs(1_000),
      },
    );
  });

  test("in any text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), checkPromises), { numRuns: runs(1_000) });
  });
});
