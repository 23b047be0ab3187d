import {
  assumptionText,
  type DescribedDifference,
  type DescribedSide,
  type DiffWords,
  ofChange,
  summaryOf,
} from "@smtpdlint/lint";
import { conjunction, makeVisible } from "@smtpdlint/model";
import { Chalk, type ChalkInstance } from "chalk";
import { harmless } from "../reporters/harmless.ts";
import type { DiffReporter } from "./report.ts";

/** So many sets of messages of one difference are shown. */
const mostSets = 4;

/** The differences, the worst first, each with who is affected, an example, and what was and is. */
export const prettyDiff: DiffReporter = (report, style) => {
  const chalk = new Chalk({ level: style.color ? 1 : 0 });
  const { differences, unproved, assumptions, result } = report;
  const paint = result === "equal" ? chalk.green : result === "different" ? chalk.bold : chalk.magenta;
  const lines = [paint(summaryOf(report))];
  for (const [index, difference] of differences.entries()) {
    lines.push("", ...differenceLines(difference, index + 1, ofChange, chalk));
  }
  const doubts = doubtLines(unproved, assumptions, chalk);
  if (doubts.length > 0) lines.push("", ...doubts);
  return harmless(`${lines.join("\n")}\n`);
};

/** What is not proved, and what is assumed. */
export function doubtLines(unproved: readonly string[], assumptions: readonly string[], chalk: ChalkInstance) {
  const lines = unproved.map((reason) => `${chalk.magenta("not proved")}  ${makeVisible(reason)}`);
  if (assumptions.length > 0) lines.push(`${chalk.bold("assumed")}  ${makeVisible(conjunction(assumptions))}`);
  return lines;
}

/** A difference, with its number. */
export function differenceLines(
  difference: DescribedDifference,
  number: number | string,
  names: DiffWords,
  chalk: ChalkInstance,
) {
  const { kind, title, who, witness, when, old, new: current, isExpected } = difference;
  const paint = kind === "new-relay" ? chalk.red : kind === "setting" ? chalk.bold : chalk.magenta;
  const expected = isExpected ? " (expected)" : "";
  const lines = [`${number} ${chalk.bold(makeVisible(title))}  ${paint(names.titles[kind])}${expected}`];
  for (const [index, set] of who.slice(0, mostSets).entries()) {
    lines.push(`  ${index === 0 ? "mail" : "and "}  ${makeVisible(set)}`);
  }
  if (who.length > mostSets) lines.push(`  and   ${who.length - mostSets} more sets of messages`);
  if (witness !== undefined) lines.push(`  e.g.  ${makeVisible(witness)}`);
  if (when.length > 0) lines.push(`        if ${conjunction(when.map(assumptionText))}`);
  lines.push(...sideLines(names.old, old, chalk.red), ...sideLines(names.new, current, chalk.green));
  return lines;
}

function sideLines(word: string, { outcome, places }: DescribedSide, paint: ChalkInstance): string[] {
  const lines = places.map(({ path, line, text }) => `        ${makeVisible(path)}:${line}: ${makeVisible(text)}`);
  return [`  ${word.padEnd(5)} ${paint(makeVisible(outcome))}`, ...lines];
}
