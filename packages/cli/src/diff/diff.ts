import { lineColumn, lineStarts } from "@smtpdlint/grammar";
import { describeDiff, type ExpectedDifference, readExpected } from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import { type DiffGap, diffPolicies } from "@smtpdlint/policy";
import type { Arguments } from "../args.ts";
import { exitCode, type Io } from "../io.ts";
import { describeFailure, readText } from "../node-host.ts";
import { diffLevels } from "../options.ts";
import type { Style } from "../reporters/reporter.ts";
import { writeReports } from "../write-reports.ts";
import { loadSides, UnusableSide } from "./load.ts";
import type { DiffReport } from "./report.ts";
import { diffReporters } from "./reporters.ts";

/** Compares what two configurations do with mail, and shows it; returns the exit code. */
export function diffFiles(args: Arguments, style: Style, io: Io): number {
  let sides: ReturnType<typeof loadSides>;
  try {
    sides = loadSides(args);
  } catch (error) {
    if (!(error instanceof UnusableSide)) throw error;
    io.stderr(`smtpdlint: ${makeVisible(error.message)}\n`);
    return exitCode.usage;
  }
  const expected = readAllowed(args, io);
  if (!expected) return exitCode.usage;
  const diff = diffPolicies(sides.old, sides.current);
  const described = describeDiff(diff, expected);
  const { ruleset, policy } = sides.current;
  const report: DiffReport = {
    ...described,
    assumptions: [...described.assumptions, ...assumptionsOfGit(args, sides.root)],
    rules: ruleset.length,
    listeners: policy.model.listeners.length,
  };
  if (!writeReports(report, diffReporters, args, style, io)) return exitCode.usage;
  return fails(report, diff.gaps, args) ? exitCode.findings : exitCode.clean;
}

/** Of the machine only includes and tables are read from a revision. */
const assumptionsOfGit = ({ difference: { revision } }: Arguments, root: string | undefined): string[] =>
  revision !== undefined && root !== undefined
    ? ["unchanged since the revision: accounts, .forward files, and lists that aliases include"]
    : [];

/** The differences that are expected; undefined if their file is of no use, which is said. */
function readAllowed({ difference: { allowFile } }: Arguments, io: Io): readonly ExpectedDifference[] | undefined {
  if (allowFile === undefined) return [];
  const input = readText(allowFile, "configuration");
  const path = makeVisible(allowFile);
  if ("failure" in input) {
    io.stderr(`smtpdlint: ${path}: ${describeFailure(input.failure)}\n`);
    return undefined;
  }
  const { expected, problems } = readExpected(input.text);
  const starts = lineStarts(input.text);
  for (const { span, message } of problems) {
    const { line, column } = lineColumn(starts, span.start);
    io.stderr(`smtpdlint: ${path}:${line}:${column}: ${makeVisible(message)}\n`);
  }
  return problems.length > 0 ? undefined : expected;
}

/** What is not proved may be as bad as anything, unless it is known to be about something less. */
function fails({ differences }: DiffReport, gaps: readonly DiffGap[], { difference: { failOn } }: Arguments): boolean {
  const levels: readonly string[] = diffLevels.slice(0, diffLevels.indexOf(failOn) + 1);
  // What has no level of its own is of the last.
  const counts = (kind: string) => failOn === "any" || levels.includes(kind);
  return (
    differences.some(({ kind, isExpected }) => !isExpected && counts(kind)) ||
    gaps.some((gap) => counts(gap.kind === "no witness" ? gap.group.kind : levelOf(gap)))
  );
}

/** Between releases the rules are compared whatever they are; of what was not read nothing is known. */
const levelOf = ({ kind }: DiffGap) => (kind === "releases" ? "any" : "new-relay");
