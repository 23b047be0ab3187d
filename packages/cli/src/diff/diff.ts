import { describeDiff } from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import { diffPolicies } from "@smtpdlint/policy";
import type { Arguments } from "../args.ts";
import { exitCode, type Io } from "../io.ts";
import { diffLevels } from "../options.ts";
import type { Style } from "../reporters/reporter.ts";
import { UsageError } from "../usage-error.ts";
import { reasonOf, writeReportFile } from "../write-file.ts";
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
  const described = describeDiff(diffPolicies(sides.old, sides.current));
  const { ruleset, policy } = sides.current;
  const report: DiffReport = {
    ...described,
    unexpected: described.differences,
    rules: ruleset.length,
    listeners: policy.model.listeners.length,
  };
  if (!writeReports(report, args, style, io)) return exitCode.usage;
  return fails(report, args) ? exitCode.findings : exitCode.clean;
}

function fails({ unexpected, unproved }: DiffReport, { difference: { failOn } }: Arguments): boolean {
  const level = diffLevels.indexOf(failOn);
  const weightOf = (kind: string) => {
    const weight = diffLevels.indexOf(kind);
    return weight === -1 ? diffLevels.length - 1 : weight;
  };
  return unproved.length > 0 || unexpected.some(({ kind }) => weightOf(kind) <= level);
}

function writeReports(report: DiffReport, { outputs }: Arguments, style: Style, io: Io): boolean {
  let isWritten = true;
  for (const { format, file } of outputs) {
    const reporter = Object.entries(diffReporters).find(([name]) => name === format)?.[1];
    if (!reporter) throw new UsageError(`diff has the formats ${Object.keys(diffReporters).join(", ")}, not ${format}`);
    if (file === undefined) io.stdout(reporter(report, style));
    else {
      try {
        writeReportFile(file, reporter(report, { color: false, columns: 0 }));
      } catch (error) {
        isWritten = false;
        io.stderr(`smtpdlint: ${makeVisible(file)}: ${makeVisible(reasonOf(error))}\n`);
      }
    }
  }
  return isWritten;
}
