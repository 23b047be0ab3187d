import { groupBy } from "@smtpdlint/model";
import type { TestResult } from "./run.ts";

/**
 * The text of a file in which lines that expect nothing yet expect what becomes
 * of their messages now. A line whose messages or releases differ stays as it
 * is, and one whose answer is not certain, unless `allowsMaybe`; `left` says
 * how many.
 */
export function withOutcomes(
  text: string,
  results: readonly TestResult[],
  { allowsMaybe }: Certainty,
): { readonly text: string; readonly left: number } {
  const open = results.filter(({ test }) => !test.statement.outcome);
  const byArrow = groupBy(open, ({ test }) => test.statement.arrow.end);
  let updated = text;
  let left = 0;
  for (const [end, own] of [...byArrow].sort(([one], [other]) => other - one)) {
    const outcome = presentOutcome(own, { allowsMaybe });
    if (outcome === undefined) left++;
    else updated = `${updated.slice(0, end)} ${outcome}${updated.slice(end)}`;
  }
  return { text: updated, left };
}

/** What becomes now of all messages of a line, in the words of a test; undefined if that differs, or is not certain enough. */
export function presentOutcome(
  results: readonly TestResult[],
  { allowsMaybe }: Certainty = { allowsMaybe: false },
): string | undefined {
  const outcomes = new Set(results.map((result) => outcomeOf(result, allowsMaybe)));
  const [outcome] = outcomes;
  return outcomes.size === 1 ? outcome : undefined;
}

/** Whether `maybe` is good enough where an answer is not certain. */
interface Certainty {
  readonly allowsMaybe: boolean;
}

/** What may stand behind the arrow; undefined if nothing is certain enough. */
function outcomeOf({ ways, complete }: TestResult, allowsMaybe: boolean): string | undefined {
  const isCertain = complete && new Set(ways.map(({ outcome }) => outcome.text)).size === 1;
  if (!isCertain && !allowsMaybe) return undefined;
  const way = isCertain ? ways[0] : ways.find(({ outcome }) => outcome.isExpectable);
  if (!way?.outcome.isExpectable) return undefined;
  return isCertain ? way.outcome.text : `maybe ${way.outcome.text}`;
}
