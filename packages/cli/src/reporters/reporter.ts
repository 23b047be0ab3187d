import type { Release, SourceFile } from "@smtpdlint/grammar";
import type { Analysis, Diagnostic, Severity } from "@smtpdlint/lint";

/** What was found in one of the files that were asked for, and in what it includes. */
export interface FileResult {
  /** As the user gave it. */
  readonly path: string;
  /** The release for which it was read. */
  readonly target: Release;
  /** The name of the host, if the settings name its root by a pattern. */
  readonly host?: string;
  /** From which severity on findings make the run fail; undefined for errors and what is unsafe. */
  readonly failOn: Severity | undefined;
  /** The configuration and all files read for it; spans of the diagnostics refer to them. */
  readonly files: readonly SourceFile[];
  readonly diagnostics: readonly Diagnostic[];
  /** How many findings of a rule were left out, since so many say no more. */
  readonly omitted: Analysis["omitted"];
}

export interface Report {
  /** The target of the run; a file may have another. */
  readonly target: Release;
  readonly version: string;
  readonly results: readonly FileResult[];
  /** The pages of the rules, by their ids. */
  readonly pages: Readonly<Record<string, string>>;
}

/** How a reporter may write. */
export interface Style {
  readonly color: boolean;
  /** Columns of the terminal; 0 if the output is no terminal. */
  readonly columns: number;
}

export type Reporter = (report: Report, style: Style) => string;

export function countSeverity(report: Report, severity: Severity): number {
  return report.results
    .flatMap(({ diagnostics }) => diagnostics)
    .filter((diagnostic) => diagnostic.severity === severity).length;
}
