import { readFileSync } from "node:fs";
import { readSettings, ruleCategories, rules } from "@smtpdlint/lint";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";

const schema = JSON.parse(
  readFileSync(new URL("../packages/cli/schema/smtpdlintrc.schema.json", import.meta.url), "utf8"),
) as { definitions: { rules: { properties: Record<string, unknown> } } };
const validate = new Ajv({ strict: true }).compile(schema);

/** A problem with the text that it is about. */
const problemsOf = (text: string) =>
  readSettings(text).problems.map(({ start, end, message }) => `${text.slice(start, end)}: ${message}`);

const good: [string, string, unknown][] = [
  ["nothing", "{}", {}],
  ["a target", '{ "target": "6.8" }', { target: "6.8" }],
  [
    "a root and a schema",
    '{ "$schema": "./x.json", "root": "../etc" }',
    { root: { path: "../etc", start: 33, end: 41 } },
  ],
  [
    "rules",
    '{ "rules": { "no-rules": "off", "old-syntax": "hint", "unused-suppression": "error" } }',
    { rules: { "no-rules": "off", "old-syntax": "hint", "unused-suppression": "error" } },
  ],
  [
    "a category, over which a rule wins",
    '{ "rules": { "no-rules": "off", "security": "info", "open-relay": "error" } }',
    {
      rules: {
        ...Object.fromEntries(
          rules.filter(({ meta }) => meta.category === "security").map(({ meta }) => [meta.id, "info"]),
        ),
        "open-relay": "error",
        "no-rules": "off",
      },
    },
  ],
  ["a file to start from", '{ "extends": "../x.json" }', { extends: [{ path: "../x.json", start: 13, end: 24 }] }],
  [
    "several",
    '{ "extends": ["a", "b"] }',
    { extends: [{ path: "a" }, { path: "b" }].map((item) => expect.objectContaining(item)) },
  ],
  ["what is passed over", '{ "exclude": ["old/", "!old/new"] }', { exclude: ["old/", "!old/new"] }],
  ["a threshold", '{ "fail-on": "hint" }', { failOn: "hint" }],
  ["a root for each host", '{ "root": "hosts/*/fs" }', { root: expect.objectContaining({ path: "hosts/*/fs" }) }],
  [
    "overrides",
    '{ "overrides": [{ "files": ["a", "b"], "target": "6.8" }, { "files": ["c"], "rules": { "no-rules": "off" } }] }',
    {
      overrides: [
        { files: ["a", "b"], target: "6.8" },
        { files: ["c"], rules: { "no-rules": "off" } },
      ],
    },
  ],
];

const bad: [string, string, string[]][] = [
  ["an unknown key", '{ "targt": "6.8" }', [`"targt": unknown key 'targt'; did you mean target?`]],
  [
    "another unknown key",
    '{ "files": [] }',
    [`"files": unknown key 'files'; known are $schema, extends, target, root, rules, exclude, fail-on or overrides`],
  ],
  ["an unknown release", '{ "target": "6.3" }', [expect.stringMatching(/^"6.3": target must be one of "6.4", "6.5"/)]],
  ["a target that is a number", '{ "target": 7.8 }', [expect.stringMatching(/^7.8: target must be one of/)]],
  ["a root that is none", '{ "root": "" }', [`"": root must be the path of a folder, in quotes`]],
  ["rules in a list", '{ "rules": ["no-rules"] }', [expect.stringMatching(/rules must be an object/)]],
  [
    "an unknown rule",
    '{ "rules": { "no-rulse": "off" } }',
    [`"no-rulse": there is no rule 'no-rulse'; did you mean no-rules?`],
  ],
  [
    "an unknown severity",
    '{ "rules": { "no-rules": "warn" } }',
    [`"warn": the severity of no-rules must be off, hint, info, warning or error, in quotes`],
  ],
  [
    "a severity that is a number",
    '{ "rules": { "no-rules": 0 } }',
    [expect.stringMatching(/^0: the severity of no-rules/)],
  ],
  ["extends that is none", '{ "extends": ["a", ""] }', [expect.stringContaining("extends must be the path")]],
  ["exclude that is no list", '{ "exclude": "old" }', [`"old": exclude must be a list of patterns, as in .gitignore`]],
  [
    "a threshold that is none",
    '{ "fail-on": "off" }',
    [`"off": fail-on must be error, warning, info or hint, in quotes`],
  ],
  ["a root of any depth", '{ "root": "**/fs" }', [`"**/fs": root: each * stands for one folder; write */* for two`]],
  ["a pattern that is a comment", '{ "exclude": ["#old"] }', [expect.stringMatching(/^"#old": .* is a comment/)]],
  ["a blank pattern", '{ "exclude": [" "] }', [`" ": a pattern must not be blank`]],
  [
    "patterns that match nothing",
    '{ "exclude": ["./old", "!../old", "a/../b", "old\\\\"] }',
    [
      expect.stringContaining("lead upwards"),
      expect.stringContaining("lead upwards"),
      expect.stringContaining("lead upwards"),
      expect.stringContaining("cannot end with \\"),
    ],
  ],
  [
    "patterns that nobody waits for",
    `{ "overrides": [{ "files": ["**/**/**/**/**/a", "${"a".repeat(1001)}"] }] }`,
    [expect.stringContaining("** more than 4 times"), expect.stringContaining("more than 1000 characters")],
  ],
  ["overrides that are no list", '{ "overrides": {} }', [expect.stringContaining("overrides must be a list")]],
  ["an override for nothing", '{ "overrides": [{ "files": [] }] }', [expect.stringContaining("needs the files")]],
  [
    "an override that is none",
    '{ "overrides": [1] }',
    ['1: an override must be an object: { "files": ["PATTERN"], … }'],
  ],
  [
    "a key that no override has",
    '{ "overrides": [{ "files": ["a"], "fail-on": "hint" }] }',
    [`"fail-on": unknown key 'fail-on'; known are files, target, root or rules`],
  ],
  ["a list", "[]", ["[]: the file must hold one object: { … }"]],
];

describe("a configuration file", () => {
  test.each(good)("with %s", (_, text, settings) => {
    expect(readSettings(text)).toEqual({ settings, problems: [] });
  });

  test.each(bad)("with %s", (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  test("may have comments and a byte-order mark", () => {
    const { settings, problems } = readSettings('\ufeff// ours\n{ /* old */ "target": "6.8" }\n');
    expect({ settings, problems }).toEqual({ settings: { target: "6.8" }, problems: [] });
  });

  test("with brackets that lie too deep is said to be so, wherever they come from", () => {
    const deep = `{ "rules": ${"[".repeat(100)}`;
    expect(readSettings(deep).problems).toEqual([
      { start: 110, end: 111, message: "brackets are nested more than 100 deep" },
    ]);
    for (const some of ["[".repeat(8000), '{"rules":'.repeat(100_000)]) {
      expect(readSettings(some).problems).toMatchObject([{ message: expect.stringContaining("100 deep") }]);
    }
    const others = `// ${"[".repeat(200)}\n{ "root": "${"{".repeat(200)}" /* ${"[".repeat(200)} */ }`;
    expect(readSettings(others).problems).toEqual([]);
  });

  test("that is no JSON is said to be so, with the place", () => {
    const text = '{ "target": "6.8" "root": "x" }';
    expect(problemsOf(text)).toEqual(['"root": not JSON: comma expected']);
    expect(problemsOf("")).toEqual([": not JSON: value expected"]);
    expect(readSettings("{ target: 1 }").problems).toHaveLength(1);
  });

  test("with a key twice is wrong, and all mistakes are told", () => {
    expect(problemsOf('{ "root": "a", "root": "b", "x": 1 }')).toHaveLength(2);
  });

  test.each([
    ['{ "targt": "6.8" }', "target"],
    ['{ "target": 6.8 }', "6.8"],
    ['{ "target": "seven" }', undefined],
    ['{ "rules": { "no-rulse": "off" } }', "no-rules"],
    ['{ "rules": { "no-rules": "eror" } }', "error"],
    ['{ "fail-on": "warnings" }', "warning"],
    ['{ "nonsense": 1 }', undefined],
  ])("%s says what may be meant", (text, meant) => {
    expect(readSettings(text).problems.map((problem) => problem.meant)).toEqual([meant]);
  });

  test("cannot reach what no file should", () => {
    expect(problemsOf('{ "__proto__": {}, "rules": { "constructor": "off" } }')).toHaveLength(2);
  });
});

describe("the JSON schema", () => {
  test.each(good)("takes %s", (_, text) => {
    expect(validate(JSON.parse(text))).toBe(true);
  });

  test.each(bad)("refuses %s", (_, text) => {
    expect(validate(JSON.parse(text))).toBe(false);
  });

  test("knows every rule", () => {
    const known = Object.keys(schema.definitions.rules.properties);
    expect(known).toEqual([...ruleCategories, ...rules.map(({ meta }) => meta.id)]);
  });
});
