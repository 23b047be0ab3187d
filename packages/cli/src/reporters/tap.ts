import { findingsByFile } from "./findings.ts";
import type { Reporter } from "./reporter.ts";
import { escapeJson } from "./to-json.ts";

/** The Test Anything Protocol, version 14: a test a file, its findings as YAML. */
export const tap: Reporter = (report) => {
  const byFile = findingsByFile(report);
  const tests = [...byFile].flatMap(([path, findings], index) => {
    const failed = findings.some(({ diagnostic: { severity } }) => severity === "error");
    const head = `${failed ? "not ok" : "ok"} ${index + 1} - ${path.replace(/[\\#]/g, "\\$&")}`;
    if (findings.length === 0) return [head];
    // JSON is YAML, and needs no further escapes.
    const items = findings.map(({ start, text, diagnostic: { severity, rule } }) =>
      escapeJson(JSON.stringify({ line: start.line, column: start.column, severity, rule, message: text })),
    );
    return [head, "  ---", "  findings:", ...items.map((item) => `    - ${item}`), "  ..."];
  });
  return ["TAP version 14", `1..${byFile.size}`, ...tests, ""].join("\n");
};
