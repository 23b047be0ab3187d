// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the shell marks its variables so.
import { readFileSync } from "node:fs";
import { areAlternatives, parse, readTemplate, type Template } from "@smtpdlint/grammar";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lintCase } from "../helpers/check.ts";
import { runs } from "../helpers/random.ts";
import { allCases } from "../helpers/rule-cases.ts";

/** Blanks and placeholders as one sees them. */
const shown = (template: Template | undefined) => template?.text.replaceAll("\udbff", "¤");

describe("a template is read", () => {
  test.each([
    ["a placeholder", "listen on {{ x }} port 25", "listen on ¤¤¤¤¤¤¤ port 25"],
    ["one glued to a word", "listen on mx.<%=x%>.org", "listen on mx.¤¤¤¤¤¤.org"],
    ["quotes in a placeholder", 'pki {{ printf "%s" x }} cert "{{ y }}"', 'pki ¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤¤ cert "¤¤¤¤¤¤¤"'],
    ["a tag over lines", "{% if\n x %}\nmatch reject\n{% endif %}\n", "           \nmatch reject\n           \n"],
    [
      "the first of branches on one line",
      "{% if x %}a{% elif y %}b{% else %}c{% endif %}",
      "          a                                   ",
    ],
    ["the shell's", "listen on ${X} port $(y)", "listen on ¤¤¤¤ port ¤¤¤¤"],
    ["a comment of smtpd's stays one", "listen on {{ x }} # {{ y }}", "listen on ¤¤¤¤¤¤¤ # ¤¤¤¤¤¤¤"],
    ["what is never closed is text", "listen on {{ x }} {{ y", "listen on ¤¤¤¤¤¤¤ {{ y"],
  ])("%s", (_, text, read) => expect(shown(readTemplate("smtpd.conf", text))).toBe(read));

  test.each([
    "# {{ x }}",
    '"{{ x }}"',
    "# c \\\n{{ x }}",
    "a${ x }",
    "'<%{sender}>'",
    '"a\n% b"',
    "{{ x",
    "\0{{ x }}",
    "x\\\n%y",
  ])("%j is none", (text) => expect(readTemplate("smtpd.conf", text)).toBeUndefined());

  test("in quotes, in a file with a template's name", () => {
    expect(shown(readTemplate("smtpd.conf.j2", 'admd "{{ x }}"'))).toBe('admd "¤¤¤¤¤¤¤"');
  });
});

test("branches of one condition are alternatives, and others are not", () => {
  const text = "{% if x %}\na\n{% if y %}\nb\n{% endif %}\n{% else %}\nc\n{% endif %}\nd\n";
  const template = readTemplate("smtpd.conf", text) as Template;
  const at = (letter: string) => text.indexOf(`\n${letter}\n`) + 1;
  const pairs = ["ab", "ac", "bc", "ad", "cd"].filter(([one = "", other = ""]) =>
    areAlternatives(template, at(one), at(other)),
  );
  expect(pairs).toEqual(["ac", "bc"]);
});

const pieces = [
  "{{",
  "}}",
  "{%",
  "%}",
  "<%",
  "%>",
  "{#",
  "#}",
  "${",
  "}",
  "$(",
  ")",
  '"',
  "'",
  "#",
  "\n",
  "%",
  " if x ",
  "else",
  "end",
  "a",
  " ",
];
test("places stay where they are, whatever the text is", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (parts) => {
      const text = parts.join("");
      for (const name of ["smtpd.conf", "smtpd.conf.erb"]) {
        expect(readTemplate(name, text)?.text.length ?? text.length).toBe(text.length);
        expect(parse(name, text).config.files[0]?.text).toBe(text);
      }
    }),
    { numRuns: runs(1_000) },
  );
});

test("what some smtpd takes is no template", () => {
  const lines = ["constructs", "generated"].flatMap((name) =>
    readFileSync(new URL(`../conformance/vectors/${name}.jsonl`, import.meta.url), "utf8")
      .split("\n")
      .filter(Boolean),
  );
  const taken = lines
    .map((line) => JSON.parse(line) as [string, string, string, Record<string, unknown>])
    .filter(([, , , verdicts]) => Object.values(verdicts).includes(true));
  expect(taken.filter(([, , text]) => readTemplate("smtpd.conf", text)).map(([id]) => id)).toEqual([]);
});

test("no message shows what stands for a placeholder", () => {
  for (const fixture of allCases().filter(({ source }) => /\{\{|<%|\$\{|\{%/.test(source))) {
    const said = lintCase(fixture).diagnostics.map(({ message, help }) => `${message} ${help}`);
    expect(
      said.filter((text) => /\\udbff|\udbff/.test(text)),
      fixture.title,
    ).toEqual([]);
  }
});
