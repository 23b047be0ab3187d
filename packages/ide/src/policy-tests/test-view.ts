import type { Span, TestCase, TestFile } from "@smtpdlint/grammar";
import type { PolicyTest, TestProblem, TestResult, TestSettings } from "@smtpdlint/lint";
import { groupBy } from "@smtpdlint/model";
import type { Smtpd } from "@smtpdlint/policy";

/** A file of policy tests, and smtpd with its configuration for each of its releases; none if that cannot be had. */
export interface TestView {
  readonly text: string;
  /** The lines as they stand there, also those whose words make no sense. */
  readonly file: TestFile;
  readonly settings: TestSettings;
  readonly tests: readonly PolicyTest[];
  readonly problems: readonly TestProblem[];
  readonly machines: readonly Smtpd[];
}

export const casesOf = ({ file }: TestView): TestCase[] => file.groups.flatMap(({ cases }) => cases);

/** The results of each line, by where it starts. */
export const resultsByLine = (results: readonly TestResult[]): ReadonlyMap<number, readonly TestResult[]> =>
  groupBy(results, ({ test }) => test.statement.span.start);

/** How the tests of a line end together. */
export function statusOf(results: readonly TestResult[]): TestResult["status"] {
  if (results.some(({ status }) => status === "failed")) return "failed";
  return results.some(({ status }) => status === "new") ? "new" : "passed";
}

/** The same text, on one line. */
export const onOneLine = (view: TestView, { start, end }: Span): string =>
  view.text.slice(start, end).replace(/\\?\s+/g, " ");
