import { type Release, releases } from "@smtpdlint/grammar";
import { analyse } from "@smtpdlint/lint";
import { memoryHost } from "@smtpdlint/model";
import { describe, expect, test } from "vitest";

/** The table of a configuration that names a file with this text. */
function read(text: string, target: Release = "7.8") {
  const { model } = analyse("/smtpd.conf", "table t file:/t\n", memoryHost({ "/t": text }), { target });
  const table = model.config.statements.find((statement) => statement.kind === "table");
  const file = table && model.tables.declared(table).file;
  if (!file) throw new Error("the table was not read");
  return file;
}

function entries(text: string, target?: Release) {
  const file = read(text, target);
  const list = Array.from({ length: file.size }, (_, at) => {
    const { start, end } = file.keySpan(at);
    expect(text.slice(start, end)).toBe(file.key(at));
    return file.kind === "list" ? file.key(at) : `${file.key(at)} = ${file.value(at)}`;
  });
  return file.malformed ? [...list, "malformed"] : list;
}

describe("a table's file", () => {
  test("comments, blanks and the form of a line", () => {
    expect(entries("# x\n\n  a\tb c \r\nd: e\nf:g:h\n[::1] i\n[::2]:j\nK  \t l # m")).toEqual([
      "a = b c",
      "d = e",
      "f = g:h",
      "[::1] = i",
      "[::2] = j",
      "K = l # m",
    ]);
    expect(entries("a\n b c\n#\nd:\n")).toEqual(["a", "b c", "d:"]);
    expect(entries("#@list\na b\n")).toEqual(["a b"]);
    expect(entries("a b\n# @list\nc d")).toEqual(["a = b", "c = d"]);
    expect(entries("[::1]\na b\n")).toEqual(["[::1]", "a b"]);
    expect(entries("a b\0c\nd e\n")).toEqual(["a = b", "d = e"]);
    expect(entries("ä ö\n\u{1f600}:x\n")).toEqual(["ä = ö", "\u{1f600} = x"]);
  });

  test("smtpd stops at a line that it cannot read", () => {
    expect(entries("a b\nc\nd e\n")).toEqual(["a = b", "malformed"]);
    expect(entries("a:\n")).toEqual(["malformed"]);
    expect(entries("a\n[b\nc")).toEqual(["a", "malformed"]);
  });

  test("before 7.6 a bracket was a letter, and a colon could follow a blank", () => {
    expect(entries("[::1 a\n", "7.5")).toEqual(["[ = :1 a"]);
    expect(entries("a : b\nc: : d\n", "7.5")).toEqual(["a = b", "c = d"]);
    expect(entries("a : b\n", "7.6")).toEqual(["a = : b"]);
    expect(entries("a :\n", "6.8")).toEqual(["a = :"]);
  });

  test("vertical tabs and form feeds are blanks, and a NUL hides the rest of its own line only", () => {
    expect(entries("\v\fa b\f\v\nc d\n")).toEqual(["a = b", "c = d"]);
    expect(entries("a b\nc d\0e\nf g\0\nh i\n")).toEqual(["a = b", "c = d", "f = g", "h = i"]);
    expect(entries("a b\n\0\n#\0\nc d\n")).toEqual(["a = b", "c = d"]);
  });

  test("a bracket is closed in its own line, and not behind a NUL", () => {
    expect(entries("a\n[::1\n[::2]\n")).toEqual(["a", "malformed"]);
    expect(entries("a\n[::1\0]\n")).toEqual(["a", "malformed"]);
  });

  test("before 7.6 colons could follow each other between blanks", () => {
    expect(entries("a : : b\n", "7.5")).toEqual(["a = b"]);
    expect(entries("a : :b\n", "7.5")).toEqual(["a = :b"]);
    expect(entries("a : \n", "7.5")).toEqual(["a = :"]);
    expect(entries("a :b\n", "7.5")).toEqual(["a = :b"]);
    expect(entries("a ::\n", "7.5")).toEqual(["a = ::"]);
  });

  test("what the entries of a list have is no value", () => {
    const file = read("a b\nc\n#\n");
    expect([file.kind, file.size]).toEqual(["mapping", 1]);
    const list = read("# @list\na b\nc\n");
    expect([list.kind, list.size, list.key(0), list.value(0), list.value(1)]).toEqual(["list", 2, "a b", "", ""]);
  });

  test("finds a key in any letters", () => {
    const file = read("A.example\nb\n");
    const found = ["a.example", "b", "A.example", "a.exampl", "c", "bb", ""].filter((key) => file.includes(key));
    expect(found).toEqual(["a.example", "b"]);
  });

  test.each(releases)("no text makes it fail: %s", (target) => {
    for (const text of ["", "\n", "\0", "[", "]", ":", "#", " : ", "[]", "[]:", "\r", "a\0", "\ufeffa b", "a\n\0\n"]) {
      expect(read(text, target).size).toBeLessThanOrEqual(2);
    }
  });

  test("a million lines are kept apart", () => {
    const text = Array.from({ length: 1e6 }, (_, at) => `user${at}@example.org: mailbox${at}\n`).join("");
    const file = read(text);
    expect(file.size).toBe(1e6);
    expect([file.key(999_999), file.value(999_999)]).toEqual(["user999999@example.org", "mailbox999999"]);
  });
});
