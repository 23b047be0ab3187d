import {
  assumptionText,
  type DescribedDiff,
  type DescribedDifference,
  type DiffWords,
  ofChange,
  summaryOf,
} from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import { escapeData, escapeProperty } from "../reporters/github.ts";
import { toJson } from "../reporters/to-json.ts";
import { markdownDiff } from "./markdown.ts";
import { prettyDiff } from "./pretty.ts";
import type { DiffReporter } from "./report.ts";

/** See `schema/diff.schema.json`. */
const json: DiffReporter = (report) => toJson({ version: 1, ...comparisonData(report) });

/** A comparison as data. */
export const comparisonData = ({ result, differences, unproved, assumptions }: DescribedDiff) => ({
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
const github: DiffReporter = (report) => `${annotations(report, ofChange)}${summaryOf(report)}\n`;

/** A workflow command for each difference, and for what is not proved. */
export function annotations({ differences, unproved }: DescribedDiff, names: DiffWords): string {
  const lines = differences.map((difference) => {
    const { kind, old, new: current, isExpected } = difference;
    const place = current.places[0] ?? old.places[0];
    const command = isExpected ? "notice" : kind === "new-relay" ? "error" : "warning";
    const properties = { ...(place && { file: place.path, line: place.line }), title: names.titles[kind] };
    const list = Object.entries(properties).map(
      ([name, value]) => `${name}=${escapeProperty(makeVisible(String(value)))}`,
    );
    return `::${command} ${list.join(",")}::${escapeData(makeVisible(sentenceFor(difference, names)))}\n`;
  });
  return [
    ...lines,
    ...unproved.map((reason) => `::warning title=not proved::${escapeData(makeVisible(reason))}\n`),
  ].join("");
}

function sentenceFor({ title, who, witness, old, new: current }: DescribedDifference, names: DiffWords): string {
  const mail = who.length > 0 ? `: mail ${who.join("; ")}` : "";
  const example = witness === undefined ? "" : `, e.g. ${witness}`;
  return `${title}${mail}${example}; ${names.old} ${old.outcome}, ${names.new} ${current.outcome}`;
}

export const diffReporters = { pretty: prettyDiff, json, github, markdown: markdownDiff } as const;
