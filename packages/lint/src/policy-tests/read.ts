import { readTests, type TestFile } from "@smtpdlint/grammar";
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

/** Reads policy tests that a program has written, in JSON. */
export function readJsonPolicyTests(text: string): PolicyTests {
  const { file, problems } = readJsonTests(text);
  return meaningOf(file, problems);
}

function meaningOf(file: TestFile, wrong: readonly TestProblem[]): PolicyTests {
  const { settings, tests, problems } = readCases(file);
  const all = [...wrong, ...problems].sort((one, other) => one.span.start - other.span.start);
  return { file, settings, tests, problems: all };
}
