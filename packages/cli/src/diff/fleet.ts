import { describeDiff, type SideNames } from "@smtpdlint/lint";
import { groupsOfFleet } from "@smtpdlint/policy";
import type { Arguments } from "../args.ts";
import { exitCode, type Io } from "../io.ts";
import { Progress } from "../progress.ts";
import type { Style } from "../reporters/reporter.ts";
import { UsageError } from "../usage-error.ts";
import { writeReports } from "../write-reports.ts";
import { readAllowed } from "./allowed.ts";
import { fails } from "./fails.ts";
import { type FleetReport, fleetReporters } from "./fleet-reporters.ts";
import { onMachines } from "./load.ts";
import { loadFleet } from "./load-fleet.ts";

/** Of a group, seen from the first one. */
const sideNames: SideNames = {
  old: "the configuration of group 1",
  new: "the configuration of this group",
  same: "the same on all hosts",
};

/** Compares what several hosts do with mail, and shows which do the same; returns the exit code. */
export function diffFleet(args: Arguments, style: Style, io: Io): number {
  if (args.paths.length < 3) throw new UsageError("diff --fleet needs two hosts or more: name the folder of each");
  if (args.paths.includes("-")) throw new UsageError("diff reads files, not standard input");
  const expected = readAllowed(args, io);
  if (!expected) return exitCode.usage;
  const progress = new Progress(io);
  const { hosts, unusable } = loadFleet(args, progress);
  const groups = groupsOfFleet(hosts, (one, other) => {
    progress.show(`comparing ${one.name} with ${other.name}`);
    return onMachines(one.side, other.side);
  });
  progress.end();
  const report: FleetReport = {
    groups: groups.map(({ hosts: own, diff, own: values }) => ({
      ...describeDiff(diff, expected, sideNames),
      hosts: own.map(({ name }) => name),
      own: values,
    })),
    unusable,
  };
  if (!writeReports(report, fleetReporters, args, style, io) || unusable.length > 0) return exitCode.usage;
  const isDifferent = groups.some(({ diff }, index) =>
    fails(report.groups[index] ?? { differences: [] }, diff.gaps, args),
  );
  return isDifferent ? exitCode.findings : exitCode.clean;
}
