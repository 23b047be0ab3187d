import { readTests } from "@smtpdlint/grammar";
import { readCases } from "./cases.ts";
import { describeSyntaxProblem, type TestProblem } from "./problem.ts";

/** Reads a file of policy tests; with problems, which are in the order of the text, nothing should be run. */
export function readPolicyTests(text: string) {
  const { file, problems: syntax } = readTests(text);
  const { settings, tests, problems } = readCases(file);
  const all: TestProblem[] = [...syntax.map(describeSyntaxProblem), ...problems];
  return { settings, tests, problems: all.sort((one, other) => one.span.start - other.span.start) };
}
