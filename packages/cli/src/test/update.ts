import type { TestResult } from "@smtpdlint/lint";
import type { TestedFile } from "./report.ts";

/**
 * The text of a file in which lines that expect nothing yet expect what becomes
 * of their messages now. A line whose messages, releases or ways differ stays
 * as it is.
 */
export function withOutcomes({ text, results }: TestedFile): { readonly text: string; readonly left: number } {
  const byArrow = new Map<number, TestResult[]>();
  for (const result of results) {
    if (result.status !== "new" && !result.problem) continue;
    if (result.test.statement.outcome) continue;
    const { end } = result.test.statement.arrow;
    byArrow.set(end, [...(byArrow.get(end) ?? []), result]);
  }
  let updated = text;
  let left = 0;
  for (const [end, own] of [...byArrow].sort(([one], [other]) => other - one)) {
    const outcomes = new Set(own.flatMap(outcomesOf));
    const [outcome] = outcomes;
    if (outcomes.size !== 1 || outcome === undefined) left++;
    else updated = `${updated.slice(0, end)} ${outcome}${updated.slice(end)}`;
  }
  return { text: updated, left };
}

/** What becomes of a message, without the numbers of rules, which move. */
function outcomesOf({ ways, complete, problem }: TestResult): (string | undefined)[] {
  if (problem || !complete || ways.length !== 1) return [undefined];
  return ways.map(({ outcome }) => {
    const text = outcome.replace(/ rule \d+\b/g, "");
    return text.includes("(") ? undefined : text;
  });
}
