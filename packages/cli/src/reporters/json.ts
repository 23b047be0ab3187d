import type { Span } from "@smtpdlint/grammar";
import { Positions } from "@smtpdlint/model";
import { countSeverity, type Reporter } from "./reporter.ts";
import { toJson } from "./to-json.ts";

/** One document for programs; docs/reference/json.md describes it, and fields are only ever added. */
export const json: Reporter = (report) => {
  const { results, target } = report;
  const document = {
    version: 1,
    target,
    files: results.map(({ path, host, target: fileTarget, files, diagnostics, omitted }) => {
      const positions = new Positions(files);
      const place = (span: Span) => ({
        path: positions.pathOf(span),
        range: { start: positions.start(span), end: positions.end(span) },
      });
      return {
        path,
        ...(host !== undefined && { host }),
        target: fileTarget,
        diagnostics: diagnostics.map(
          ({ rule, category, severity, message, span, help, witness, related, fixes, url }) => ({
            rule,
            category,
            severity,
            message,
            ...place(span),
            ...(help !== undefined && { help }),
            ...(witness !== undefined && { witness }),
            related: related.map((item) => ({ ...place(item.span), message: item.message })),
            fixes: fixes.map(({ title, safe, edits }) => ({
              title,
              safe,
              edits: edits.map((edit) => ({ ...place(edit.span), text: edit.text })),
            })),
            url,
          }),
        ),
        ...(omitted.length > 0 && { omitted }),
      };
    }),
    summary: {
      files: results.length,
      errors: countSeverity(report, "error"),
      warnings: countSeverity(report, "warning"),
      infos: countSeverity(report, "info"),
    },
  };
  return toJson(document);
};
