import { chosenLines } from "@smtpdlint/ide";
import type { TestResult } from "@smtpdlint/lint";
import type { RunTests } from "./features.ts";

/** The results of lines and groups by their ids; all without. */
export function chosenResults(
  { loaded, results }: RunTests,
  ids: readonly string[] | undefined,
): readonly TestResult[] {
  if (ids === undefined) return results;
  const lines = new Set(chosenLines(loaded, ids).map(({ span }) => span.start));
  return results.filter(({ test }) => lines.has(test.statement.span.start));
}
