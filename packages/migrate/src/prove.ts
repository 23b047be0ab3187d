import { lineStarts, type SourceFile, type Span } from "@smtpdlint/grammar";
import { analyse, type DescribedDifference, type DescribedSide, describeDiff, isRefusal } from "@smtpdlint/lint";
import type { Host } from "@smtpdlint/model";
import type { Environment, Policy, PolicyDiff } from "@smtpdlint/policy";
import type { Announcement } from "./announcement.ts";
import { compareMigration, withFiles } from "./compare.ts";
import { type Migration, type MigrationOptions, migrate } from "./migrate.ts";

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
 * Translates a configuration from before 6.4, and compares both files for all
 * messages, on the machine that `machineFor` knows. What was not translated
 * whole is not compared.
 */
export function migrateAndProve(
  path: string,
  text: string,
  host: Host,
  options: MigrationOptions,
  machineFor: (policies: readonly Policy[]) => Environment,
): ProvedMigration {
  const migration = migrate(path, text, host, options);
  const proof = isComparable(migration)
    ? withProof(migration, compareMigration(path, text, migration, host, options, machineFor))
    : { isProved: isOfToday(migration) };
  const { config } = migration;
  const has = (wanted: "rule" | "listen") => config.statements.some(({ kind }) => kind === wanted);
  const isWhole = config.statements.every((statement) => statement.kind !== "include" || statement.file !== undefined);
  const isPart = isWhole && has("rule") && !has("listen");
  return { ...migration, ...proof, sources: config.files, notes: isPart ? [ofPart] : [] };
}

const ofPart =
  "without a listener, rules are translated as if nobody could log in; of a part of a configuration, migrate the file that includes it";

/** True for a file that says all in the old language, and of which all was translated. */
const isComparable = ({ untranslated, config }: Migration) =>
  untranslated.length === 0 && !config.statements.some(({ kind }) => kind === "unknown");

/** True for a file that needs no translation. */
export const isOfToday = ({ untranslated, announcements }: Pick<Migration, "untranslated" | "announcements">) =>
  announcements.length === 0 && untranslated.length === 0;

/** True for what a person must read; the queue is announced always, and says nothing of the file. */
export const mustBeRead = ({ kind }: Pick<Announcement, "kind">) => kind !== "queue";

/** For how many reasons the target refuses the result: mistakes of the old file are mistakes of the new one. */
export function refusalsOf(
  { text, files, sources }: Pick<ProvedMigration, "text" | "files" | "sources">,
  host: Host,
  { target, macros }: Pick<MigrationOptions, "target" | "macros">,
): number {
  const path = sources[0]?.path ?? "";
  const options = { ...(target && { target }), ...(macros && { macros }) };
  const { diagnostics } = analyse(path, text, withFiles(host, files), options);
  return diagnostics.filter(isRefusal).length;
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
    const isKnown = span && announcements.some((one) => isInSame(one.span, span, migration) && mustBeRead(one));
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
