import type { Category, Severity } from "@smtpdlint/lint";
import { findingsOf } from "./findings.ts";
import type { Reporter } from "./reporter.ts";
import { toJson } from "./to-json.ts";

const severities: Readonly<Record<Severity, string>> = {
  error: "critical",
  warning: "major",
  info: "minor",
  hint: "info",
};

const categories: Readonly<Record<Category, string>> = {
  refused: "Bug Risk",
  broken: "Bug Risk",
  security: "Security",
  suspicious: "Bug Risk",
  unused: "Clarity",
  style: "Style",
  internal: "Bug Risk",
};

/** The code quality report of GitLab, which is Code Climate's format in one array. */
export const gitlab: Reporter = (report) => {
  const issues = findingsOf(report).map(({ path, start, end, text, fingerprint, diagnostic }) => ({
    type: "issue",
    check_name: diagnostic.rule,
    description: text,
    categories: [categories[diagnostic.category]],
    severity: severities[diagnostic.severity],
    fingerprint,
    location: { path, lines: { begin: start.line, end: end.line } },
  }));
  return toJson(issues);
};
