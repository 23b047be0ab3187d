import { readFileSync } from "node:fs";
import { codeActions, settingsActions, testActions } from "@smtpdlint/ide";
import { type Diagnostic, readPolicyTests, readSettings } from "@smtpdlint/lint";
import { expect, test } from "vitest";
import { lintCase } from "./helpers/check.ts";
import { allCases } from "./helpers/rule-cases.ts";

/** What a finding asks somebody to write can be written by a fix, in each kind of file that editors show findings in. */

/** "write X", "use X", "did you mean X?" */
const asks = (text: string) => /(?:^|[:;,] |\b(?:or|and) )(?:use|write|change to|did you mean)\b/.test(text);

/** What is in capitals is left to the author, as is what a command of ours is for. */
const isForm = (text: string) => /\b[A-Z]{3,}\b/.test(text);

/** The findings that ask for something and have no fix, with why, as `asked-without-fix.txt` has them. */
const list = readFileSync(new URL("asked-without-fix.txt", import.meta.url), "utf8")
  .split("\n")
  .slice(1);
const reasons = list.filter((line) => line.startsWith("## "));
const allowed = list.filter((line) => line !== "" && !line.startsWith("## "));

const helpOf = ({ help = "", message }: Diagnostic) =>
  asks(help) ? help.replace(/; see smtpdlint .*/s, "") : asks(message) ? message : undefined;

test("of configurations, tables, aliases, .forward and included files", () => {
  const found = new Set<string>();
  let count = 0;
  for (const fixture of allCases()) {
    const { model, diagnostics } = lintCase(fixture);
    for (const diagnostic of diagnostics) {
      const help = helpOf(diagnostic);
      if (help === undefined || isForm(help)) continue;
      count++;
      const { span, rule } = diagnostic;
      const actions = codeActions({ model, diagnostics, file: span.file }, span.start, span.end, { pages: false });
      const mends = actions.some((action) => action.diagnostic === diagnostic && !action.title.startsWith("Suppress "));
      if (!mends) found.add(`${rule}: ${help}`);
    }
  }
  expect(count).toBeGreaterThan(300);
  expect([...found].sort()).toEqual(allowed.toSorted());
});

test("each that has no fix stands below a reason", () => {
  expect(reasons.length).toBeGreaterThan(0);
  expect(list.find((line) => line !== "")).toBe(reasons[0]);
  expect(new Set(allowed).size).toBe(allowed.length);
});

test("of files of policy tests", () => {
  const [, ...lines] = readFileSync(new URL("policy-tests/mistakes.txt", import.meta.url), "utf8").split("\n");
  let count = 0;
  for (const line of lines.filter((text) => text !== "" && !text.startsWith("    "))) {
    const { problems, ...tests } = readPolicyTests(`users { bob }\n${line}\n`);
    for (const { message, span } of problems) {
      if (!asks(message) || withoutFix.some((pattern) => pattern.test(message))) continue;
      const view = { ...tests, text: line, problems, machines: [] };
      expect(testActions(view, [], span.start, span.end).some(({ mends }) => mends?.message === message)).toBe(true);
      count++;
    }
  }
  expect(count).toBeGreaterThan(20);
});

/** What is asked of tests and has no fix: there are two words, or the lines are for the author to write. */
const withoutFix = [/write 'never' or 'always'/, /write several lines/];

test.each([
  '{ "targt": "6.8" }',
  '{ "rules": { "unused-tabel": "off" } }',
  '{ "rules": { "securty": "off" } }',
  '{ "rules": { "open-relay": "of" } }',
  '{ "target": 6.8 }',
  '{ "fail-on": "warnings" }',
  '{ "overrides": [{ "files": ["x"], "targt": "6.8", "rules": {} }] }',
])("of our settings: %s", (text) => {
  const { problems } = readSettings(text);
  expect(problems).toHaveLength(1);
  for (const { start, end } of problems) expect(settingsActions(text, start, end)).toHaveLength(1);
});
