import { type CoveredStatement, failureOf, type TestResult } from "@smtpdlint/lint";
import { count, makeVisible } from "@smtpdlint/model";
import { Chalk, type ChalkInstance } from "chalk";
import { harmless } from "../reporters/harmless.ts";
import type { Style } from "../reporters/reporter.ts";
import { wayText } from "../trace/pretty.ts";
import {
  hasReleases,
  isPassed,
  percentage,
  placesIn,
  resultsOf,
  type TestedFile,
  type TestReporter,
} from "./report.ts";

/** The failures, each with what was expected, what becomes of the message, and how; then how many passed. */
export const prettyTests: TestReporter = (report, style) => {
  const chalk = new Chalk({ level: style.color ? 1 : 0 });
  const results = resultsOf(report);
  const namesReleases = hasReleases(report);
  const lines = report.files.flatMap((file) => fileLines(file, namesReleases, chalk, style));
  for (const { path, text, problems, failure } of report.unusable) {
    const placeOf = placesIn(text);
    for (const { span, message } of problems) {
      const { line, column } = placeOf(span);
      lines.push(`${makeVisible(path)}:${line}:${column}: ${chalk.red("error")}: ${makeVisible(message)}`);
    }
    if (failure) lines.push(`${chalk.red("error")}: ${makeVisible(failure)}`);
  }
  if (report.coverage) lines.push(...coverageLines(report.coverage, chalk));
  const passed = results.filter(({ result }) => isPassed(result)).length;
  const failed = results.length - passed;
  const summary = [
    chalk.green(`${passed} passed`),
    failed > 0 ? chalk.red(`${failed} failed`) : undefined,
    report.unusable.length > 0 ? chalk.red(`${count(report.unusable.length, "file")} not run`) : undefined,
  ];
  return harmless(`${[...lines, summary.filter(Boolean).join(", ")].join("\n")}\n`);
};

function fileLines({ path, text, results }: TestedFile, namesReleases: boolean, chalk: ChalkInstance, style: Style) {
  const failed = results.filter((result) => !isPassed(result));
  const placeOf = placesIn(text);
  return failed.flatMap((result) => {
    const { line } = placeOf(result.test.statement.span);
    const target = namesReleases ? ` (${result.target})` : "";
    const head = `${chalk.red("✗")} ${makeVisible(path)}:${line}: ${chalk.bold(makeVisible(result.test.title))}${target}`;
    return [head, ...failureLines(result, text, chalk, style), ""];
  });
}

function failureLines(result: TestResult, text: string, chalk: ChalkInstance, style: Style): string[] {
  const { expected, got, help, way } = failureOf(result, text);
  const lines = expected === undefined ? [] : [`  expected  ${chalk.green(makeVisible(expected))}`];
  for (const [index, one] of got.entries()) {
    lines.push(`  ${index === 0 ? "got       " : "or        "}${chalk.red(makeVisible(one))}`);
  }
  for (const one of help) lines.push(`  ${chalk.bold("help")}      ${one}`);
  if (way?.trace && result.scenario) {
    for (const line of wayText(way.trace, result.scenario, result.smtpd, style))
      lines.push(line === "" ? "" : `    ${line}`);
  }
  return lines;
}

function coverageLines(coverage: readonly CoveredStatement[], chalk: ChalkInstance): string[] {
  const open = coverage.filter(({ count }) => count === 0);
  const lines = open.map(({ kind, path, line, text }) => {
    return `${makeVisible(path)}:${line}: ${chalk.magenta(`no test reaches this ${kind}`)}: ${makeVisible(text)}`;
  });
  const reached = coverage.length - open.length;
  // Rounded down: 100 only if nothing is missing.
  return [...lines, `${reached} of ${coverage.length} statements reached, ${Math.floor(percentage(coverage))} %`];
}
