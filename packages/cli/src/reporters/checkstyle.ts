import { findingsByFile } from "./findings.ts";
import type { Reporter } from "./reporter.ts";
import { attributes } from "./xml.ts";

/** The XML of Checkstyle, which many build servers read. */
export const checkstyle: Reporter = (report) => {
  const byFile = findingsByFile(report);
  const lines = [...byFile].flatMap(([name, findings]) => [
    `  <file${attributes({ name })}>`,
    ...findings.map(({ start, text, diagnostic: { severity, rule } }) => {
      const level = severity === "hint" ? "info" : severity;
      const values = { line: start.line, column: start.column, severity: level, message: text };
      return `    <error${attributes({ ...values, source: `smtpdlint.${rule}` })}/>`;
    }),
    "  </file>",
  ]);
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<checkstyle version="4.3">', ...lines, "</checkstyle>", ""].join(
    "\n",
  );
};
