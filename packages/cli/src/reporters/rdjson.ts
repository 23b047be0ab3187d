import type { LineColumn, Span } from "@smtpdlint/grammar";
import type { Severity } from "@smtpdlint/lint";
import type { Positions } from "@smtpdlint/model";
import { findingsOf } from "./findings.ts";
import type { Reporter } from "./reporter.ts";
import { toJson } from "./to-json.ts";

const severities: Readonly<Record<Severity, string>> = {
  error: "ERROR",
  warning: "WARNING",
  info: "INFO",
  hint: "INFO",
};

/** The Reviewdog Diagnostic Format. Its columns count bytes of UTF-8. */
export const rdjson: Reporter = (report) => {
  const diagnostics = findingsOf(report).map(({ path, text, positions, diagnostic }) => {
    const { span, severity, rule, url, fixes } = diagnostic;
    // A suggestion can replace one place of the same file.
    const edit = fixes.find(({ edits }) => edits.length === 1 && edits[0]?.span.file === span.file)?.edits[0];
    return {
      message: text,
      location: { path, range: byteRange(positions, span) },
      severity: severities[severity],
      code: { value: rule, url },
      ...(edit && { suggestions: [{ range: byteRange(positions, edit.span), text: edit.text }] }),
    };
  });
  const source = { name: "smtpdlint", url: "https://github.com/smtpdlint/smtpdlint" };
  return toJson({ source, diagnostics });
};

function byteRange(positions: Positions, span: Span) {
  const inBytes = ({ line, column }: LineColumn) => ({
    line,
    column: Buffer.byteLength(positions.line(span.file, line).slice(0, column - 1)) + 1,
  });
  return { start: inBytes(positions.start(span)), end: inBytes(positions.end(span)) };
}
