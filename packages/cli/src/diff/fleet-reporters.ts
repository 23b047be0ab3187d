import type { DescribedDiff } from "@smtpdlint/lint";
import { conjunction, makeVisible } from "@smtpdlint/model";
import { Chalk } from "chalk";
import { escapeData } from "../reporters/github.ts";
import { harmless } from "../reporters/harmless.ts";
import type { Style } from "../reporters/reporter.ts";
import { toJson } from "../reporters/to-json.ts";
import type { UnusableHost } from "./load-fleet.ts";
import { code, comment, partOf, tailOf } from "./markdown.ts";
import { differenceLines, doubtLines } from "./pretty.ts";
import { ofHosts } from "./report.ts";
import { annotations, comparisonData } from "./reporters.ts";

/** What has come of the comparison of several hosts. */
export interface FleetReport {
  /** The first one is that with which the others are compared; it has no differences. */
  readonly groups: readonly FleetGroupReport[];
  readonly unusable: readonly UnusableHost[];
}

interface FleetGroupReport extends DescribedDiff {
  readonly hosts: readonly string[];
  /** What each host has of its own, as far as it is not the same for all. */
  readonly own: readonly string[];
}

type FleetReporter = (report: FleetReport, style: Style) => string;

const hostsText = (count: number) => (count === 1 ? "1 host" : `${count} hosts`);

/** The one-line answer. */
function summaryOf({ groups, unusable }: FleetReport): string {
  const lost = unusable.length > 0 ? `; ${hostsText(unusable.length)} cannot be compared` : "";
  const [first, ...others] = groups;
  if (!first) return `no host can be compared${lost}`;
  const doubt = groups.some(({ unproved }) => unproved.length > 0);
  const same = first.hosts.length;
  if (others.length > 0) {
    const odd = others.reduce((sum, { hosts }) => sum + hosts.length, 0);
    return `${hostsText(same)} in group 1, ${odd} that ${odd === 1 ? "differs" : "differ"} from it${doubt ? "; not all is proved" : ""}${lost}`;
  }
  if (same === 1) return `1 host, and none to compare it with${lost}`;
  const granted = first.assumptions.length > 0 ? ", if what is assumed holds" : "";
  return `${hostsText(same)} do the same with all mail: ${doubt ? "not proved" : `proved${granted}`}${lost}`;
}

/** In what a group differs from the first one, in a few words. */
function headingOf({ hosts, differences, unproved }: FleetGroupReport, index: number): string {
  const group = `group ${index + 1}: ${hostsText(hosts.length)}`;
  if (index === 0) return group;
  const number = differences.length === 1 ? "1 difference" : `${differences.length} differences`;
  if (differences.length === 0) return `${group}, not proved to do as group 1`;
  return `${group}, ${number} from group 1${unproved.length > 0 ? "; not proved that there are no more" : ""}`;
}

/** So many hosts of the first group are named to people. */
const mostHosts = 20;

function namesOf({ hosts }: FleetGroupReport, index: number): string[] {
  if (index > 0 || hosts.length <= mostHosts) return [...hosts];
  return [...hosts.slice(0, mostHosts), `${hosts.length - mostHosts} more`];
}

const pretty: FleetReporter = (report, style) => {
  const chalk = new Chalk({ level: style.color ? 1 : 0 });
  const isSame = report.groups.length === 1 && report.unusable.length === 0;
  const lines = [(isSame ? chalk.green : chalk.bold)(summaryOf(report))];
  for (const [index, group] of report.groups.entries()) {
    lines.push("", chalk.bold(headingOf(group, index)), `  ${makeVisible(conjunction(namesOf(group, index)))}`);
    if (group.own.length > 0) lines.push(`  each its own  ${conjunction(group.own)}`);
    for (const [at, difference] of group.differences.entries()) {
      lines.push("", ...differenceLines(difference, `${index + 1}.${at + 1}`, ofHosts, chalk));
    }
    const known = index === 0 ? [] : (report.groups[0]?.assumptions ?? []);
    const assumptions = group.assumptions.filter((text) => !known.includes(text));
    const doubts = doubtLines(group.unproved, assumptions, chalk);
    if (doubts.length > 0) lines.push("", ...doubts);
  }
  if (report.unusable.length > 0) lines.push("", chalk.bold("cannot be compared"));
  for (const { reason } of report.unusable) lines.push(`  ${chalk.red(makeVisible(reason))}`);
  return harmless(`${lines.join("\n")}\n`);
};

/** See `schema/fleet.schema.json`. */
const json: FleetReporter = ({ groups, unusable }) =>
  toJson({
    version: 1,
    groups: groups.map((group) => ({ hosts: group.hosts, own: group.own, ...comparisonData(group) })),
    unusable: unusable.map(({ name, reason }) => ({ host: name, reason })),
  });

/** Annotations at the lines of the hosts that differ. */
const github: FleetReporter = (report) => {
  const groups = report.groups.map((group) => annotations(group, ofHosts));
  const unusable = report.unusable.map(
    ({ reason }) => `::error title=cannot be compared::${escapeData(makeVisible(reason))}\n`,
  );
  return [...groups, ...unusable, `${summaryOf(report)}\n`].join("");
};

const markdown: FleetReporter = (report) => {
  const unusable = report.unusable.map(({ reason }) => `- cannot be compared: ${code(reason)}\n`);
  const parts = report.groups.map((group, index) => {
    const own = group.own.length > 0 ? `\n\nEach its own: ${code(conjunction(group.own))}` : "";
    const names = namesOf(group, index).map(code).join(", ");
    const differences = group.differences.map((difference) => partOf(difference, ofHosts));
    const tail = index > 0 && group.differences.length === 0 && group.unproved.length === 0 ? "" : tailOf(group);
    return `\n#### ${headingOf(group, index)}\n\n${names}${own}\n${differences.join("")}${tail}`;
  });
  const tail = unusable.length > 0 ? `\n${unusable.join("")}` : "";
  return comment(code(summaryOf(report)), parts, tail, "groups");
};

export const fleetReporters = { pretty, json, github, markdown } as const;
