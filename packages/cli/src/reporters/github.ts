import type { Severity } from "@smtpdlint/lint";
import { findingsOf } from "./findings.ts";
import type { Reporter } from "./reporter.ts";

const commands: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  info: "notice",
  hint: "notice",
};

/** Workflow commands of GitHub Actions, which become annotations. */
export const github: Reporter = (report) =>
  findingsOf(report)
    .map(({ path, start, end, text, diagnostic: { severity, rule } }) => {
      const properties = {
        file: path,
        line: start.line,
        endLine: end.line,
        // GitHub wants columns only for a place within one line.
        ...(start.line === end.line && { col: start.column, endColumn: end.column }),
        title: rule,
      };
      const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
      return `::${commands[severity]} ${list.join(",")}::${escapeData(text)}\n`;
    })
    .join("");

export const escapeData = (text: string) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

export const escapeProperty = (text: string) => escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
