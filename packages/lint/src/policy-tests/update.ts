import type { TestResult } from "./run.ts";

/**
 * The text of a file in which lines that expect nothing yet expect what becomes
 * of their messages now. A line whose messages, releases or ways differ stays
 * as it is.
 */
export function withOutcomes({ text, results }: { readonly text: string; readonly results: readonly TestResult[] }): {
  readonly text: string;
  readonly left: number;
} {
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
    const outcome = presentOutcome(own);
    if (outcome === undefined) left++;
    else updated = `${updated.slice(0, end)} ${outcome}${updated.slice(end)}`;
  }
  return { text: updated, left };
}

/** What becomes now of all messages of a line, in the words of a test; undefined if that differs, or is not certain. */
export function presentOutcome(results: readonly TestResult[]): string | undefined {
  const outcomes = new Set(results.flatMap(outcomesOf));
  const [outcome] = outcomes;
  return outcomes.size === 1 ? outcome : undefined;
}

/** What becomes of a message, without the numbers of rules, which move. */
function outcomesOf({ ways, complete, problem }: TestResult): (string | undefined)[] {
  if (problem || !complete || ways.length !== 1) return [undefined];
  return ways.map(({ outcome }) => {
    const text = outcome.replace(/ rule \d+\b/g, "");
    return text.includes("(") ? undefined : text;
  });
}
