import { lineColumn, lineStarts } from "@smtpdlint/grammar";
import { failureOf, type TestResult } from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import { escapeData, escapeProperty } from "../reporters/github.ts";
import { escapeJson, toJson } from "../reporters/to-json.ts";
import { attributes, escapeXml } from "../reporters/xml.ts";
import { prettyTests } from "./pretty.ts";
import { isPassed, percentage, resultsOf, type TestedFile, type TestReport, type TestReporter } from "./report.ts";

/** A result and a file that was not run, as every format shows them. */
interface Row {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly name: string;
  readonly group: string | undefined;
  readonly isPassed: boolean;
  /** Why not; empty for one that passed. */
  readonly message: string;
}

function rowsOf(report: TestReport): Row[] {
  const starts = new Map(report.files.map((file) => [file, lineStarts(file.text)]));
  const hasTargets = new Set(resultsOf(report).map(({ result }) => result.target)).size > 1;
  const rows = resultsOf(report).map(({ file, result }): Row => {
    const place = lineColumn(starts.get(file) ?? [0], result.test.statement.span.start);
    const name = hasTargets ? `${result.test.title} (${result.target})` : result.test.title;
    const message = messageOf(result, file);
    return { path: file.path, ...place, name, group: result.test.group, isPassed: isPassed(result), message };
  });
  const unusable = report.unusable.flatMap(({ path, text, problems, failure }) => {
    const common = { path, name: path, group: undefined, isPassed: false };
    const lines = lineStarts(text);
    return [
      ...problems.map(({ span, message }) => ({ ...common, ...lineColumn(lines, span.start), message })),
      ...(failure ? [{ ...common, line: 1, column: 1, message: failure }] : []),
    ];
  });
  return [...rows, ...unusable].map((row) => ({
    ...row,
    path: makeVisible(row.path),
    name: makeVisible(row.name),
    group: row.group && makeVisible(row.group),
    message: makeVisible(row.message),
  }));
}

function messageOf(result: TestResult, { text }: TestedFile): string {
  if (isPassed(result)) return "";
  const { expected, got, help } = failureOf(result, text);
  const wanted = expected === undefined ? "" : `expected ${expected}; `;
  const advice = help.length > 0 ? `; ${help.join("; ")}` : "";
  return `${wanted}got ${got.join(", or ")}${advice}`;
}

/** The Test Anything Protocol, version 14. */
const tap: TestReporter = (report) => {
  const rows = rowsOf(report);
  const lines = rows.flatMap(({ path, line, name, isPassed, message }, index) => {
    const title = `${path}:${line} ${name}`.replace(/[\\#]/g, "\\$&");
    const head = `${isPassed ? "ok" : "not ok"} ${index + 1} - ${title}`;
    // JSON is YAML, and needs no further escapes.
    return isPassed ? [head] : [head, "  ---", `  message: ${escapeJson(JSON.stringify(message))}`, "  ..."];
  });
  return ["TAP version 14", `1..${rows.length}`, ...lines, ""].join("\n");
};

/** A suite a file. */
const junit: TestReporter = (report) => {
  const rows = rowsOf(report);
  const suites = [...new Set(rows.map(({ path }) => path))].flatMap((path) => {
    const own = rows.filter((row) => row.path === path);
    const cases = own.map(({ line, name, group, isPassed, message }) => {
      const head = attributes({ name, classname: group ?? path, file: path, line });
      if (isPassed) return `    <testcase${head}/>`;
      const failure = `      <failure${attributes({ message })}>${escapeXml(`${path}:${line}: ${message}`)}</failure>`;
      return `    <testcase${head}>\n${failure}\n    </testcase>`;
    });
    const failures = own.filter(({ isPassed }) => !isPassed).length;
    const totals = attributes({ name: path, tests: own.length, failures, errors: 0 });
    return [`  <testsuite${totals}>`, ...cases, "  </testsuite>"];
  });
  const failures = rows.filter(({ isPassed }) => !isPassed).length;
  const totals = attributes({ name: "smtpdlint test", tests: rows.length, failures });
  return ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites${totals}>`, ...suites, "</testsuites>", ""].join("\n");
};

/** Workflow commands of GitHub Actions, which become annotations. */
const github: TestReporter = (report) =>
  rowsOf(report)
    .filter(({ isPassed }) => !isPassed)
    .map(({ path, line, column, name, message }) => {
      const properties = Object.entries({ file: path, line, col: column, title: name });
      const list = properties.map(([key, value]) => `${key}=${escapeProperty(String(value))}`).join(",");
      return `::error ${list}::${escapeData(message)}\n`;
    })
    .join("");

/** See `schema/test.schema.json`. */
const json: TestReporter = (report) => {
  const { coverage, unusable } = report;
  return toJson({
    version: 1,
    tests: resultsOf(report).map(({ file, result }) => {
      const { line, column } = lineColumn(lineStarts(file.text), result.test.statement.span.start);
      const failure = isPassed(result) ? undefined : failureOf(result, file.text);
      return {
        file: file.path,
        line,
        column,
        group: result.test.group ?? null,
        title: result.test.title,
        target: result.target,
        status: result.status,
        expected: failure?.expected ?? null,
        got: failure?.got ?? result.ways.map(({ outcome }) => outcome),
        help: failure?.help ?? [],
      };
    }),
    problems: unusable.flatMap(({ path, text, problems, failure }) => [
      ...problems.map(({ span, message }) => ({ file: path, ...lineColumn(lineStarts(text), span.start), message })),
      ...(failure ? [{ file: path, line: 1, column: 1, message: failure }] : []),
    ]),
    ...(coverage && {
      coverage: {
        percentage: percentage(coverage),
        statements: coverage.map(({ path, ...rest }) => ({ file: path, ...rest })),
      },
    }),
  });
};

export const testReporters = { pretty: prettyTests, tap, junit, json, github } as const;
