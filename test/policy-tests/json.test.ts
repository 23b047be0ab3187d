import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { lineColumn, lineStarts, readTests, type TestCase, type TestFile, type TestValues } from "@smtpdlint/grammar";
import { readJsonPolicyTests, readPolicyTests } from "@smtpdlint/lint";
import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, test } from "vitest";
import { run } from "../cli/run.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const read = (name: string) => readFileSync(fileURLToPath(new URL(name, import.meta.url)), "utf8");
const words = read("mail-exchanger/smtpd.test");
const isValid = new Ajv({ allowUnionTypes: true }).compile(
  JSON.parse(read("../../packages/cli/schema/policy-tests.schema.json")),
);

const listOf = (values: TestValues | undefined) => {
  const texts = values?.values.map(({ text }) => text) ?? [];
  return texts.length === 1 ? texts[0] : texts;
};

/** A file of policy tests as a program would write it. */
function asJson({ settings, groups }: TestFile) {
  const ofKind = <K extends string>(kind: K) =>
    settings.filter((setting): setting is Extract<typeof setting, { kind: K }> => setting.kind === kind);
  return {
    settings: {
      ...Object.fromEntries(ofKind("values").map(({ keyword, values }) => [keyword.word, listOf(values)])),
      assume: Object.fromEntries(
        ofKind("assume").map(({ filter, answer, reply }) => [
          filter.text,
          reply ? { [answer.word]: reply.text } : answer.word,
        ]),
      ),
      define: Object.fromEntries(ofKind("define").map(({ name, value }) => [name.text, value.text])),
    },
    groups: groups.map(({ name, cases }) => ({ ...(name && { name: name.text }), cases: cases.map(caseAsJson) })),
  };
}

function caseAsJson({ conditions, outcome }: TestCase) {
  const terms = outcome?.terms.map(({ not, verdict, values, modifiers }) => ({
    ...(not && { not: true }),
    [verdict.word]: values.length === 0 ? true : listOf({ span: verdict.span, values }),
    ...Object.fromEntries(modifiers.map(({ keyword, value }) => [keyword.word, value.text])),
  }));
  const quantifier = outcome?.quantifier?.word;
  return {
    ...Object.fromEntries(conditions.map(({ keyword, values }) => [keyword.word, values ? listOf(values) : true])),
    ...(quantifier === "maybe" && { maybe: true }),
    ...(outcome?.exactly && { exactly: true }),
    ...(outcome &&
      (quantifier === "never" || quantifier === "always"
        ? { [quantifier]: outcome.terms[0]?.verdict.word }
        : { expect: terms })),
  };
}

/** What is meant, without the places. */
const meaning = ({ settings, tests }: ReturnType<typeof readPolicyTests>) => ({
  ...settings,
  config: settings.config?.text,
  root: settings.root?.text,
  filters: [...settings.filters].map(([name, { answer }]) => [name, answer]),
  tests: tests.map(({ title, group, message, expectation, claim }) => ({ title, group, message, expectation, claim })),
});

test("JSON means what the words mean", () => {
  const other = [
    'define x "a b"',
    'assume filter f reject "550 no"',
    '"one"',
    "to a@b =>",
    'to { a, b }@c tls => maybe exactly local a and not reject 550 5.1.1 "x" at rcpt-to by f',
    "",
  ].join("\n");
  for (const text of [words, other]) {
    const written = readPolicyTests(text);
    expect(written.problems).toEqual([]);
    const document = asJson(readTests(text).file);
    expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
    const found = readJsonPolicyTests(JSON.stringify(document, undefined, 2));
    expect(found.problems).toEqual([]);
    expect(meaning(found)).toEqual(meaning(written));
  }
});

test("the command runs it, and shows where it fails", async () => {
  const { file, folder } = temporaryFolder("json-tests");
  file("smtpd.conf", "listen on 192.0.2.1\nmatch reject\n");
  file(
    "smtpd.test.json",
    '{ "groups": [{ "name": "g", "cases": [\n{ "to": "a@b.example", "expect": "reject" },\n{ "to": "a@b.example", "expect": { "local": "a" } }] }] }\n',
  );
  const { stdout, code } = await run(["test", folder]);
  expect(stdout).toContain('smtpd.test.json:3: to a@b.example\n  expected  { "local": "a" }\n');
  expect(stdout).toMatch(/1 passed, 1 failed\n$/);
  expect(code).toBe(1);
  const update = await run(["test", "--update", folder]);
  expect([update.code, update.stderr]).toEqual([2, expect.stringContaining("--update does not write JSON")]);
});

/** `vitest -u json` writes what is said; read it. */
const mistakes = fileURLToPath(new URL("json-mistakes.txt", import.meta.url));
const [about = "", , ...rest] = readFileSync(mistakes, "utf8").split("\n");
const lines = rest.filter((line) => line !== "" && !line.startsWith("    "));

test("each mistake is told, with its place and what to do", async () => {
  const told = lines.map((line) => {
    const starts = lineStarts(line);
    const { problems } = readJsonPolicyTests(line);
    expect(problems, line).not.toEqual([]);
    const list = problems.map(({ span, message }) => `    ${lineColumn(starts, span.start).column} ${message}\n`);
    return `${line}\n${list.join("")}`;
  });
  await expect(`${about}\n\n${told.join("")}`).toMatchFileSnapshot(mistakes);
});

test("no JSON makes it fail, and every problem lies in the text", () => {
  const value = fc.jsonValue({ maxDepth: 1 });
  const keys = fc.constantFrom("settings", "groups", "name", "cases", "to", "from", "expect", "local", "assume", "tls");
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      value,
      fc.dictionary(keys, tie("tree"), { maxKeys: 5 }),
      fc.array(tie("tree"), { maxLength: 3 }),
    ),
  }));
  fc.assert(
    fc.property(
      fc.oneof(
        tree.map((one) => JSON.stringify(one)),
        fc.string(),
      ),
      (text) => {
        for (const { span, message } of readJsonPolicyTests(text).problems) {
          expect(span.start).toBeGreaterThanOrEqual(0);
          expect(span.end).toBeGreaterThanOrEqual(span.start);
          expect(span.end).toBeLessThanOrEqual(text.length);
          expect(message).not.toBe("");
        }
      },
    ),
    { numRuns: 500 },
  );
});
