import { assumptionText, type DescribedDifference } from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import { escapeData, escapeProperty } from "../reporters/github.ts";
import { toJson } from "../reporters/to-json.ts";
import { markdownDiff } from "./markdown.ts";
import { prettyDiff } from "./pretty.ts";
import { type DiffReporter, kindTitles, summaryOf } from "./report.ts";

/** See `schema/diff.schema.json`. */
const json: DiffReporter = ({ result, differences, unproved, assumptions }) =>
  toJson({
    version: 1,
    result,
    differences: differences.map(({ kind, title, who, isExpected, witness, when, old, new: current }) => ({
      kind,
      title,
      who,
      expected: isExpected,
      witness: witness ?? null,
      when: when.map(assumptionText),
      old,
      new: current,
    })),
    notProved: unproved,
    assumptions,
  });

/** Workflow commands of GitHub Actions, which become annotations at the lines of the new side. */
const github: DiffReporter = (report) => {
  const lines = report.differences.map((difference) => {
    const { kind, old, new: current, isExpected } = difference;
    const place = current.places[0] ?? old.places[0];
    const command = isExpected ? "notice" : kind === "new-relay" ? "error" : "warning";
    const properties = { ...(place && { file: place.path, line: place.line }), title: kindTitles[kind] };
    const list = Object.entries(properties).map(
      ([name, value]) => `${name}=${escapeProperty(makeVisible(String(value)))}`,
    );
    return `::${command} ${list.join(",")}::${escapeData(makeVisible(sentenceFor(difference)))}\n`;
  });
  const doubts = report.unproved.map((reason) => `::warning title=not proved::${escapeData(makeVisible(reason))}\n`);
  return [...lines, ...doubts, `${summaryOf(report)}\n`].join("");
};

function sentenceFor({ title, who, witness, old, new: current }: DescribedDifference): string {
  const mail = who.length > 0 ? `: mail ${who.join("; ")}` : "";
  const example = witness === undefined ? "" : `, e.g. ${witness}`;
  return `${title}${mail}${example}; was ${old.outcome}, now ${current.outcome}`;
}

export const diffReporters = { pretty: prettyDiff, json, github, markdown: markdownDiff } as const;
