import { answerLine } from "../../packages/cli/src/trace/batch.ts";
import { readLargeVectors, readVectors, vectorFolder } from "./vectors.ts";

/**
 * Sessions with a live smtpd: a configuration, its machine and network, what
 * clients said, and what came of it. `bounces` are the notices that smtpd sent
 * itself. The files for 6.8 have the answers only.
 */
export interface SessionVector {
  readonly id: string;
  readonly sessions: readonly Readonly<Record<string, unknown>>[];
  readonly bounces: readonly unknown[];
  readonly died?: boolean;
}

const ofOwn = (name: string) => () => readVectors<SessionVector>(`${name}.jsonl.gz`);
const ofFolder = (name: string) => () => readLargeVectors<SessionVector>(`${name}.jsonl`);

/** Questions with the answers of 7.8, and how the answers of 6.8 are read; of the large files all if SMTPDLINT_VECTORS names their folder. */
export const sessionVectors: readonly (readonly [
  name: string,
  read: () => SessionVector[],
  readOld: () => SessionVector[],
])[] = [
  ["sessions-facts", ofOwn("sessions-facts"), ofOwn("sessions-facts-68")],
  ["a tenth of sessions", ofOwn("sessions"), ofOwn("sessions-68")],
  ...(vectorFolder ? ([["all of sessions", ofFolder("sessions"), ofFolder("sessions-68")]] as const) : []),
];

/** What smtpd leaves to chance, and what the recorder of the vectors got wrong. */
const excused: readonly { readonly id: string; readonly part: string; readonly sessions?: readonly number[] }[] = [
  // One srs action for direct and forwarded recipients: either sender may be used for all.
  { id: "session-A-17", part: "deliveries", sessions: [7, 8] },
  { id: "session-A-17", part: "arrived", sessions: [7, 8] },
  // A server that another action could not reach is not tried for a while.
  { id: "session-A-57", part: "deliveries", sessions: [5] },
  { id: "session-A-57", part: "arrived", sessions: [5] },
  // What filters decided before TLS was written down with the session that followed.
  { id: "session-A-248", part: "filters" },
  // The machine of 6.8 had one address for localhost.
  { id: "session-A-38", part: "deliveries", sessions: [11] },
];

const ordered = ["answers", "filters", "recipients"] as const;
const unordered = ["deliveries", "arrived"] as const;

/**
 * How our answers to a vector differ from smtpd's; `answered` has the answers if
 * the question has none for this release. smtpd sends one notice about all that
 * fails within a second: only `countsNotices` if nothing takes longer.
 */
export function differences(
  question: SessionVector,
  answered: SessionVector,
  target: string,
  countsNotices = true,
): string[] {
  const ours = JSON.parse(answerLine(JSON.stringify({ ...question, target })));
  if (ours.error || ours.refused) return [`${question.id}: ${ours.error ?? ours.refused}`];
  const found: string[] = [];
  const compare = (part: string, smtpd: string, we: string, session?: number) => {
    const isExcused = excused.some(
      (one) =>
        one.id === question.id && one.part === part && (!one.sessions || one.sessions.includes(session as number)),
    );
    if (smtpd !== we && !isExcused) found.push(`${question.id} ${part} [${session}]\n  smtpd ${smtpd}\n  we    ${we}`);
  };
  for (const [index, session] of answered.sessions.entries()) {
    const our = ours.sessions[index];
    for (const part of ordered) compare(part, canonical(session[part]), canonical(our[part]), index);
    for (const part of unordered) compare(part, asSet(session[part]), asSet(our[part]), index);
  }
  const notices = (bounces: readonly unknown[]) => (countsNotices ? bounces : distinct(bounces));
  compare("bounces", asSet(notices(answered.bounces)), asSet(notices(ours.bounces)));
  compare("died", String(answered.died ?? false), String(ours.died ?? false));
  return found;
}

const distinct = (values: readonly unknown[]) => [
  ...new Map(values.map((value) => [canonical(value), value])).values(),
];

const canonical = (value: unknown): string => JSON.stringify(sortKeys(value));

const asSet = (values: unknown): string =>
  (values as readonly unknown[])
    .map((value) => canonical(value))
    .toSorted()
    .join("\n        ");

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}
