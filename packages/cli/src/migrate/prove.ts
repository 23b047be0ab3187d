import { lineStarts, type SourceFile, type Span } from "@smtpdlint/grammar";
import { type DescribedDifference, type DescribedSide, describeDiff } from "@smtpdlint/lint";
import type { Announcement, Migration } from "@smtpdlint/migrate";
import type { PolicyDiff } from "@smtpdlint/policy";

/** A migration that was compared with the old file. */
export interface ProvedMigration extends Pick<Migration, "text" | "files" | "announcements" | "untranslated"> {
  /** True if both treat all messages alike, but for what is announced. */
  readonly isProved: boolean;
  /** The old files, which the spans are in. */
  readonly sources: readonly SourceFile[];
  /** What is said besides. */
  readonly notes: readonly string[];
}

/**
 * What the comparison of both files adds to a migration: to each announcement a
 * message that shows it, and an announcement of whatever else differs, or is
 * not proved.
 */
export function withProof(migration: Migration, diff: PolicyDiff): Pick<ProvedMigration, "announcements" | "isProved"> {
  const { differences, unproved } = describeDiff(diff);
  const announcements = [...migration.announcements];
  let isProved = true;
  for (const [index, difference] of differences.entries()) {
    const span = spanOf(difference, diff, index, migration);
    const place = announcements.findIndex((one) => span && isInSame(one.span, span, migration) && !one.witness);
    const isKnown = span && announcements.some((one) => isInSame(one.span, span, migration) && one.kind !== "queue");
    const found = announcements[place];
    if (found && difference.witness !== undefined) announcements[place] = { ...found, witness: difference.witness };
    if (!isKnown) announcements.push(announcementOf(difference, span ?? start));
  }
  const gaps = diff.gaps.map((gap, index) => ({ gap, text: unproved[index] ?? "" }));
  for (const { gap, text } of gaps) {
    const action = gap.kind === "no witness" ? diff.sides.outcomes.at(gap.group.old).actions.old : undefined;
    // Where the actions differ as announced, no message need show it.
    if (action && announcements.some(({ span }) => isInSame(span, action.span, migration))) continue;
    isProved = false;
    announcements.push({ kind: "not-proved", message: text, span: action?.span ?? start });
  }
  return { announcements, isProved };
}

const start: Span = { file: 0, start: 0, end: 0 };

/** What is treated otherwise, in words. */
export function announcementOf(
  { title, who, old, new: current, witness }: DescribedDifference,
  span: Span,
): Announcement {
  const mail = who.length > 0 ? `mail ${who.join("; and ")}: ` : "";
  const message = `${title}: ${mail}was ${old.outcome}, is ${current.outcome}`;
  return { kind: "treated-otherwise", message, span, ...(witness !== undefined && { witness }) };
}

/** Where the old file says what a difference is about; undefined if it says nothing there. */
function spanOf(
  { old }: DescribedDifference,
  { messages, structure, sides }: PolicyDiff,
  index: number,
  { config }: Migration,
): Span | undefined {
  const difference = structure[index - messages.length];
  if (difference) {
    const way = difference.way === undefined ? undefined : sides.ways[difference.way];
    return difference.old?.span ?? way?.old?.listener?.span;
  }
  return spanAt(old, config.files);
}

/** The first statement that decides on a side; undefined if none does. */
export function spanAt({ places: [place] }: DescribedSide, files: readonly SourceFile[]): Span | undefined {
  const file = files.find(({ path }) => path === place?.path);
  if (!place || !file) return undefined;
  const line = lineStarts(file.text)[place.line - 1] ?? 0;
  const offset = line + (/^[ \t]*/.exec(file.text.slice(line))?.[0].length ?? 0);
  return { file: file.id, start: offset, end: offset };
}

/** True if two places are in one statement. */
function isInSame(one: Span, other: Span, { config }: Migration): boolean {
  const statementAt = ({ file, start: offset }: Span) =>
    config.statements.find(({ span }) => span.file === file && span.start <= offset && offset <= span.end);
  const statement = statementAt(one);
  return statement !== undefined && statement === statementAt(other);
}
