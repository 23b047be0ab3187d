import { failureOf, type TestResult } from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import { escapeData, escapeProperty } from "../reporters/github.ts";
import { escapeJson, toJson } from "../reporters/to-json.ts";
import { attributes, escapeXml } from "../reporters/xml.ts";
import { prettyTests } from "./pretty.ts";
import {
  hasReleases,
  isPassed,
  percentage,
  placesIn,
  type TestedFile,
  type TestReport,
  type TestReporter,
} from "./report.ts";
import type { UnusableFile } from "./test-file.ts";

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
  const namesReleases = hasReleases(report);
  const rows = report.files.flatMap((file) => {
    const placeOf = placesIn(file.text);
    return file.results.map((result): Row => {
      const { title, group, statement } = result.test;
      const name = namesReleases ? `${title} (${result.target})` : title;
      const message = messageOf(result, file);
      return { path: file.path, ...placeOf(statement.span), name, group, isPassed: isPassed(result), message };
    });
  });
  const unusable = report.unusable.flatMap((file) =>
    mistakesOf(file).map((mistake) => ({ ...mistake, name: file.path, group: undefined, isPassed: false })),
  );
  return [...rows, ...unusable].map((row) => ({
    ...row,
    path: makeVisible(row.path),
    name: makeVisible(row.name),
    group: row.group && makeVisible(row.group),
    message: makeVisible(row.message),
  }));
}

/** What is wrong with a file that was not run; what has no place stands at its beginning. */
function mistakesOf({ path, text, problems, failure }: UnusableFile) {
  const placeOf = placesIn(text);
  return [
    ...problems.map(({ span, message }) => ({ path, ...placeOf(span), message })),
    ...(failure === undefined ? [] : [{ path, line: 1, column: 1, message: failure }]),
  ];
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
    tests: report.files.flatMap((file) => {
      const placeOf = placesIn(file.text);
      return file.results.map((result) => {
        const { title, group, statement } = result.test;
        const failure = isPassed(result) ? undefined : failureOf(result, file.text);
        return {
          file: file.path,
          ...placeOf(statement.span),
          group: group ?? null,
          title,
          target: result.target,
          status: result.status,
          expected: failure?.expected ?? null,
          got: failure?.got ?? [],
          help: failure?.help ?? [],
        };
      });
    }),
    problems: unusable.flatMap(mistakesOf).map(({ path, ...rest }) => ({ file: path, ...rest })),
    ...(coverage && {
      coverage: {
        percentage: percentage(coverage),
        statements: coverage.map(({ path, ...rest }) => ({ file: path, ...rest })),
      },
    }),
  });
};

export const testReporters = { pretty: prettyTests, tap, junit, json, github } as const;
