import { createHash } from "node:crypto";
import { sep } from "node:path";
import type { LineColumn, Span } from "@smtpdlint/grammar";
import type { Diagnostic } from "@smtpdlint/lint";
import type { Positions } from "@smtpdlint/model";
import { makeVisible } from "@smtpdlint/model";
import { IdentifiedPositions } from "./identities.ts";
import type { Report } from "./reporter.ts";

/** A place in a file; lines and columns count from 1, the end is exclusive. */
export interface FilePosition {
  readonly path: string;
  readonly uri: string;
  readonly start: LineColumn;
  readonly end: LineColumn;
}

/** A diagnostic with what the formats for other programs want to know besides. */
export interface Finding extends FilePosition {
  readonly diagnostic: Diagnostic;
  /** Message and help in one. */
  readonly text: string;
  /** Stays the same when lines are added elsewhere: for programs that track findings over time. */
  readonly fingerprint: string;
  /** Of the same analysis. */
  readonly positions: Positions;
}

/** All findings of a run, each once, also if several configurations include the file. */
export function findingsOf({ results }: Report): Finding[] {
  const seen = new Set<string>();
  const fingerprints = new Map<string, number>();
  return results.flatMap(({ files, diagnostics }) => {
    const positions = new IdentifiedPositions(files);
    return diagnostics.flatMap((diagnostic) => {
      const { span, message, help, rule } = diagnostic;
      const place = filePosition(positions, span);
      const key = JSON.stringify([place.path, place.start, place.end, rule, message]);
      if (seen.has(key)) return [];
      seen.add(key);
      const line = positions.lineIdentity(span.file, place.start.line);
      const identity = JSON.stringify([place.path, rule, message, line]);
      const before = fingerprints.get(identity) ?? 0;
      fingerprints.set(identity, before + 1);
      const fingerprint = createHash("sha256").update(`${identity}${before}`).digest("hex").slice(0, 32);
      const text = help === undefined ? message : `${message}; ${help}`;
      return [{ ...place, diagnostic, text, fingerprint, positions }];
    });
  });
}

export const filePosition = (positions: Positions, span: Span): FilePosition => ({
  path: makeVisible(positions.pathOf(span)),
  uri: uriOf(positions.pathOf(span)),
  start: positions.start(span),
  end: positions.end(span),
});

/** The findings of a run by their file; files that were asked for are there without findings too. */
export function findingsByFile(report: Report): Map<string, Finding[]> {
  const byFile = new Map<string, Finding[]>(report.results.map(({ path }) => [makeVisible(path), []]));
  for (const finding of findingsOf(report)) {
    const found = byFile.get(finding.path);
    if (found) found.push(finding);
    else byFile.set(finding.path, [finding]);
  }
  return byFile;
}

/** A path as the URI that SARIF wants: relative ones stay relative. A backslash is a separator on Windows alone. */
function uriOf(path: string): string {
  const encoded = path
    .split(sep === "\\" ? /[/\\]/ : "/")
    .map(encodePart)
    .join("/");
  return encoded.startsWith("/") ? `file://${encoded}` : encoded;
}

/** A byte that is no UTF-8 stays what it is; no other surrogate stands alone in the name of a file. */
const encodePart = (part: string) =>
  part.replace(/\P{Cs}+|\p{Cs}/gu, (text) => {
    const byte = text.charCodeAt(0) - 0xdc00;
    return /\p{Cs}/u.test(text) ? `%${byte.toString(16).toUpperCase()}` : encodeURIComponent(text);
  });
