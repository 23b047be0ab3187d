import { defaultSeverity, type Fix, rules, ruleUrl, type Severity } from "@smtpdlint/lint";
import type { Positions } from "@smtpdlint/model";
import { type FilePosition, filePosition, findingsOf } from "./findings.ts";
import type { Reporter } from "./reporter.ts";
import { toJson } from "./to-json.ts";

const levels: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note", hint: "note" };

/** SARIF 2.1.0 (OASIS), as code scanning services read it. */
export const sarif: Reporter = (report) => {
  const findings = findingsOf(report);
  const found = new Set(findings.map(({ diagnostic }) => diagnostic.rule));
  const described = rules.map(({ meta }) => meta).filter(({ id }) => found.has(id));
  const ruleIndex = new Map(described.map(({ id }, index) => [id, index]));
  const results = findings.map((finding) => {
    const { diagnostic, positions, fingerprint, text } = finding;
    const index = ruleIndex.get(diagnostic.rule);
    return {
      ruleId: diagnostic.rule,
      ...(index !== undefined && { ruleIndex: index }),
      level: levels[diagnostic.severity],
      message: { text },
      locations: [{ physicalLocation: physicalLocation(finding) }],
      relatedLocations: diagnostic.related.map(({ span, message }, id) => ({
        id,
        message: { text: message },
        physicalLocation: physicalLocation(filePosition(positions, span)),
      })),
      partialFingerprints: { "smtpdlint/v1": fingerprint },
      ...(diagnostic.fixes.length > 0 && { fixes: diagnostic.fixes.map((fix) => sarifFix(fix, positions)) }),
    };
  });
  const driver = {
    name: "smtpdlint",
    version: report.version,
    semanticVersion: report.version,
    informationUri: "https://github.com/smtpdlint/smtpdlint",
    rules: described.map((meta) => ({
      id: meta.id,
      shortDescription: { text: meta.summary },
      help: { text: `${meta.summary}; see ${ruleUrl(meta.id)}`, ...markdown(report.pages[meta.id]) },
      helpUri: ruleUrl(meta.id),
      defaultConfiguration: { level: levels[defaultSeverity(meta)] },
      properties: { category: meta.category, tags: [meta.category] },
    })),
  };
  const run = { tool: { driver }, columnKind: "utf16CodeUnits", results };
  const document = { $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] };
  return toJson(document);
};

const markdown = (page: string | undefined) => (page === undefined ? {} : { markdown: page });

function physicalLocation({ uri, start, end }: FilePosition) {
  return { artifactLocation: { uri }, region: region({ start, end }) };
}

const region = ({ start, end }: Pick<FilePosition, "start" | "end">) => ({
  startLine: start.line,
  startColumn: start.column,
  endLine: end.line,
  endColumn: end.column,
});

function sarifFix({ title, edits }: Fix, positions: Positions) {
  const byUri = new Map<string, object[]>();
  for (const { span, text } of edits) {
    const place = filePosition(positions, span);
    const replacements = byUri.get(place.uri) ?? [];
    replacements.push({ deletedRegion: region(place), insertedContent: { text } });
    byUri.set(place.uri, replacements);
  }
  const artifactChanges = [...byUri].map(([uri, replacements]) => ({ artifactLocation: { uri }, replacements }));
  return { description: { text: title }, artifactChanges };
}
