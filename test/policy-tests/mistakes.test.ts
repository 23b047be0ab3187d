import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { applyEdits, lineColumn, lineStarts } from "@smtpdlint/grammar";
import { readJsonPolicyTests, readPolicyTests } from "@smtpdlint/lint";
import fc from "fast-check";
import { expect, test } from "vitest";

/** `vitest -u mistakes` writes what is said; read it. */
const path = fileURLToPath(new URL("mistakes.txt", import.meta.url));
const [about = ""] = readFileSync(path, "utf8").split("\n");

/** The files of a list, each of them on one line. */
function linesOf(name: string): string[] {
  const [, , ...rest] = readFileSync(new URL(name, import.meta.url), "utf8").split("\n");
  return rest.filter((line) => line !== "" && !line.startsWith("    "));
}
const lines = linesOf("mistakes.txt");

test("each mistake is told, with its place and what to do", async () => {
  const told = lines.map((line) => {
    const text = `users { bob }\n${line}\n`;
    const starts = lineStarts(text);
    const { problems } = readPolicyTests(text);
    expect(problems, line).not.toEqual([]);
    const list = problems.map(({ span, message }) => {
      const place = lineColumn(starts, span.start);
      return `    ${place.line - 1}:${place.column} ${message}\n`;
    });
    return `${line}\n${list.join("")}`;
  });
  await expect(`${about}\n\n${told.join("")}`).toMatchFileSnapshot(path);
});

test("what a mistake asks for is written by its fix", () => {
  const inWords = lines.map((line) => ({ text: `users { bob }\n${line}\n`, read: readPolicyTests }));
  const inJson = linesOf("json-mistakes.txt").map((text) => ({ text, read: readJsonPolicyTests }));
  let count = 0;
  for (const { text, read } of [...inWords, ...inJson]) {
    for (const { message, fixes = [] } of read(text).problems) {
      const asked =
        /did you mean '(.*)'\?$/.exec(message)?.[1] ?? /: write 'to' before the recipient$/.exec(message)?.[0];
      expect(fixes, message).toHaveLength(asked === undefined ? 0 : 1);
      for (const { title, edits } of fixes) {
        const after = read(applyEdits(text, [...edits])).problems.map((problem) => problem.message);
        expect(`: ${title}`.endsWith(asked ?? "") || title === `change to '${asked}'`, message).toBe(true);
        expect(after, text).not.toContain(message);
        count++;
      }
    }
  }
  expect(count).toBeGreaterThan(30);
});

test("a mistake in one line hides none in another", () => {
  const told = (text: string) => readPolicyTests(`users { bob }\n${text}\n`).problems.map(({ message }) => message);
  // A brace or a quote that stays open, and a line that the next one continues, are about both lines.
  const isWhole = (line: string) => !/[{"\\]/.test(line);
  // Settings count together, and behind a case they are a mistake of their own.
  const isCase = (line: string) => line.includes("=>");
  const own = lines.filter((line) => isWhole(line) && isCase(line));
  expect(own.length).toBeGreaterThan(30);
  for (const line of own) {
    for (const other of own) expect(told(`${line}\n${other}`)).toEqual([...told(line), ...told(other)]);
  }
});

const words = [
  ..."from to auth mail-from rdns fcrdns helo port tag listener tls no-tls bounce local relay reject tempfail".split(
    " ",
  ),
  ..."accept junk bounced queued maildir file command lmtp at by rule action sender recipient and not maybe".split(" "),
  ..."exactly users target config root hostname addresses assume filter define 203.0.113.5 bob@example.org".split(" "),
  ...["=>", "{", "}", ",", '"', '"a b"', "\\", "\n", "\r\n", "#", "<>", "550", "\u0000", "\u202e", "😀", "\\\n", " "],
];

test("no text makes it fail, and every problem lies in the text", () => {
  const texts = fc.oneof(
    fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((list) => list.join(" ")),
    fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((list) => list.join("")),
    fc.string({ unit: "binary", maxLength: 60 }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      for (const { span, message } of readPolicyTests(text).problems) {
        expect(span.start).toBeGreaterThanOrEqual(0);
        expect(span.end).toBeGreaterThanOrEqual(span.start);
        expect(span.end).toBeLessThanOrEqual(text.length);
        expect(message).not.toBe("");
      }
    }),
    { numRuns: 2000 },
  );
});
