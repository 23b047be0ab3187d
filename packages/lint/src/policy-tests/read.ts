import { type Edit, readTests, type TestFile } from "@smtpdlint/grammar";
import { type PolicyTest, readCases } from "./cases.ts";
import { describeSyntaxProblem, type TestProblem } from "./problem.ts";
import { readJsonTests } from "./read-json.ts";
import type { TestSettings } from "./settings.ts";

/** Policy tests as they are meant. */
export interface PolicyTests {
  /** As they are written. */
  readonly file: TestFile;
  readonly settings: TestSettings;
  readonly tests: readonly PolicyTest[];
  /** In the order of the text; with one nothing should be run. */
  readonly problems: readonly TestProblem[];
}

/** Reads a file of policy tests. */
export function readPolicyTests(text: string): PolicyTests {
  const { file, problems } = readTests(text);
  return meaningOf(file, problems.map(describeSyntaxProblem));
}

/** Reads the description of one message in the words of a policy test: `from 203.0.113.5 to bob@example.org`. */
export function readMessage(words: string): PolicyTest | { readonly problem: string } {
  const { tests, problems } = readPolicyTests(`${words} =>\n`);
  const [problem] = problems;
  if (problem) return { problem: problem.message };
  const [test, more] = tests;
  if (!test || more) return { problem: "describe one message, such as: from 203.0.113.5 to bob@example.org" };
  return test;
}

/** Reads policy tests that a program has written, in JSON. */
export function readJsonPolicyTests(text: string): PolicyTests {
  const { file, problems } = readJsonTests(text);
  const meaning = meaningOf(file, problems);
  return { ...meaning, problems: meaning.problems.map(writtenInJson) };
}

/** The fixes of a problem, which write single words, with a text of JSON for each. */
function writtenInJson({ fixes, ...problem }: TestProblem): TestProblem {
  if (!fixes) return problem;
  const inJson = ({ span, text }: Edit): Edit => ({ span, text: JSON.stringify(text) });
  return { ...problem, fixes: fixes.map((fix) => ({ ...fix, edits: fix.edits.map(inJson) })) };
}

function meaningOf(file: TestFile, wrong: readonly TestProblem[]): PolicyTests {
  const { settings, tests, problems } = readCases(file);
  const all = [...wrong, ...problems].sort((one, other) => one.span.start - other.span.start);
  return { file, settings, tests, problems: all };
}
