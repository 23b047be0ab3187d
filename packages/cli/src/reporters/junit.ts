import { findingsByFile } from "./findings.ts";
import type { Reporter } from "./reporter.ts";
import { attributes, escapeXml } from "./xml.ts";

/** The XML of JUnit: a suite a file, a failed case a finding, one passed case for a clean file. */
export const junit: Reporter = (report) => {
  const byFile = findingsByFile(report);
  const suites = [...byFile].flatMap(([name, found]) => {
    const tests = Math.max(found.length, 1);
    const cases = found.map(({ start, text, diagnostic: { severity, rule, url } }) => {
      const place = `${start.line}:${start.column}`;
      const failure = attributes({ type: severity, message: text });
      return [
        `    <testcase${attributes({ name: `${rule} at ${place}`, classname: name })}>`,
        `      <failure${failure}>${escapeXml(`${name}:${place}: ${severity}: ${text} (${url})`)}</failure>`,
        "    </testcase>",
      ].join("\n");
    });
    return [
      `  <testsuite${attributes({ name, tests, failures: found.length, errors: 0 })}>`,
      ...(found.length > 0 ? cases : [`    <testcase${attributes({ name: "no problems", classname: name })}/>`]),
      "  </testsuite>",
    ];
  });
  const counts = [...byFile.values()].map(({ length }) => length);
  const tests = counts.reduce((sum, length) => sum + Math.max(length, 1), 0);
  const failures = counts.reduce((sum, length) => sum + length, 0);
  const totals = attributes({ name: "smtpdlint", tests, failures });
  return ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites${totals}>`, ...suites, "</testsuites>", ""].join("\n");
};
