import { type LineColumn, lineColumn, lineStarts, type Span } from "@smtpdlint/grammar";
import type { CoveredStatement, TestResult } from "@smtpdlint/lint";
import type { Style } from "../reporters/reporter.ts";
import type { UnusableFile } from "./test-file.ts";

/** What has come of the tests that were run. */
export interface TestReport {
  readonly files: readonly TestedFile[];
  /** Files of which nothing was run. */
  readonly unusable: readonly UnusableFile[];
  /** What the tests reach of their configurations; undefined if nobody asks. */
  readonly coverage: readonly CoveredStatement[] | undefined;
}

export interface TestedFile {
  readonly path: string;
  readonly text: string;
  readonly results: readonly TestResult[];
}

export type TestReporter = (report: TestReport, style: Style) => string;

/** All results, each with its file. */
export const resultsOf = ({ files }: TestReport) =>
  files.flatMap((file) => file.results.map((result) => ({ file, result })));

/** Says where a span of a text begins. */
export function placesIn(text: string): (span: Span) => LineColumn {
  const starts = lineStarts(text);
  return ({ start }) => lineColumn(starts, start);
}

/** True if the tests ran for more than one release, so that each has to be named. */
export const hasReleases = (report: TestReport): boolean =>
  new Set(resultsOf(report).map(({ result }) => result.target)).size > 1;

/** A test that expects nothing yet holds nothing. */
export const isPassed = ({ status }: TestResult): boolean => status === "passed";

/** The share of statements that are reached, from 0 to 100; 100 if there are none. */
export function percentage(coverage: readonly CoveredStatement[]): number {
  if (coverage.length === 0) return 100;
  return (coverage.filter(({ count }) => count > 0).length / coverage.length) * 100;
}
