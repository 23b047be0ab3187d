import type { DescribedDiff } from "@smtpdlint/lint";
import type { DiffGap } from "@smtpdlint/policy";
import type { Arguments } from "../args.ts";
import { diffLevels } from "../options.ts";

/** True if a comparison makes the run fail. What is not proved may be as bad as anything, unless it is known to be about something less. */
export function fails(
  { differences }: Pick<DescribedDiff, "differences">,
  gaps: readonly DiffGap[],
  { difference: { failOn } }: Arguments,
): boolean {
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
