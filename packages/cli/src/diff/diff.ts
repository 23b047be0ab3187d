import { type DiffReport, describeDiff } from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import { diffPolicies } from "@smtpdlint/policy";
import type { Arguments } from "../args.ts";
import { exitCode, type Io } from "../io.ts";
import type { Style } from "../reporters/reporter.ts";
import { writeReports } from "../write-reports.ts";
import { readAllowed } from "./allowed.ts";
import { fails } from "./fails.ts";
import { loadSides, UnusableSide } from "./load.ts";
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
