import { oldRelease } from "@smtpdlint/grammar";
import { subAddressDelimiter } from "@smtpdlint/model";
import type { Smtpd } from "../smtpd.ts";
import { type Group, groupsOf, isIn, isTaken, type MessageKind, messageKinds } from "./boxes.ts";
import { candidatesOf, changedKeys, keysOf } from "./candidates.ts";
import type { Clause } from "./clauses.ts";
import { type Candidate, confirm, type Fate, isAccepted, messageOf, type Witness } from "./confirm.ts";
import { Decider, type Decision, TooManySteps } from "./decide.ts";
import type { Outcome } from "./outcomes.ts";
import type { Comparison } from "./own-options.ts";
import { withoutOwnNames } from "./own-values.ts";
import { Side } from "./side.ts";
import { Sides } from "./sides.ts";
import { type StructuralDifference, structuralDifferences } from "./structure.ts";

/** What the two sides do with some messages, proved by one of them. */
export interface MessageDifference {
  readonly kind: MessageKind;
  readonly group: Group;
  /** The keys of alias tables that make the difference; undefined if all of the group are treated differently. */
  readonly keys: readonly string[] | undefined;
  /** Undefined where only options differ that no trace shows, such as for how long a message is kept. */
  readonly witness: Witness | undefined;
  /** True if the same match rules and actions do something else in another release, for this message at least. */
  readonly isByRelease: boolean;
}

/** Why it is not proved that nothing else differs. */
export type DiffGap =
  | { readonly kind: "incomplete" | "template"; readonly side: "old" | "new" }
  | { readonly kind: "too many" }
  /** The match rules differ, and no message was found that is surely treated differently. */
  | { readonly kind: "no witness"; readonly group: Group }
  /** smtpd reads other configurations in another way than is compared here. */
  | { readonly kind: "releases" }
  | { readonly kind: "delimiter" };

/** What a change of the configuration does to mail. */
export interface PolicyDiff {
  /** The worst first. */
  readonly messages: readonly MessageDifference[];
  readonly structure: readonly StructuralDifference[];
  /** Empty if nothing else differs, for certain. */
  readonly gaps: readonly DiffGap[];
  /** Tables that nobody has read: taken to hold the same on both sides. */
  readonly assumed: readonly string[];
  readonly sides: Sides;
}

/**
 * Compares what two configurations, each on its machine, do with all messages.
 * Of two hosts, what is each one's own is no difference. Of one in the language
 * before 6.4 the texts of replies do not count, nor how delivery itself has
 * changed since: that no file can choose.
 */
export function diffPolicies(before: Smtpd, after: Smtpd, wanted: Comparison = "change"): PolicyDiff {
  const comparison = before.target === oldRelease ? "migration" : wanted;
  const sides = new Sides(new Side(before, "old", comparison), new Side(after, "new", comparison));
  const gaps: DiffGap[] = [];
  for (const { smtpd, name, isComplete } of [sides.old, sides.current]) {
    const { files } = smtpd.policy.model.sources;
    if (files.some(({ template }) => template)) gaps.push({ kind: "template", side: name });
    if (!isComplete) gaps.push({ kind: "incomplete", side: name });
  }
  const [one, other] = [before, after].map(({ policy }) => subAddressDelimiter(policy.model));
  if (one !== other) gaps.push({ kind: "delimiter" });
  // What 6.0 does otherwise is known, and asked about below.
  if (before.target !== after.target && comparison !== "migration") gaps.push({ kind: "releases" });
  const { decision, isCut } = decide(sides, sides.listOf(sides.old));
  const { groups: all, isCut: isGroupsCut } = groupsOf(decision, sides);
  const groups = comparison === "hosts" ? withoutOwnNames(all, sides) : all;
  if (isCut || isGroupsCut) gaps.push({ kind: "too many" });
  const messages: MessageDifference[] = [];
  for (const group of groups) {
    const found = differencesIn(group, sides);
    messages.push(...found);
    if (found.length === 0) gaps.push({ kind: "no witness", group });
  }
  if (before.target !== after.target && !isCut) messages.push(...releaseDifferences(groups, sides));
  const weight = ({ kind }: MessageDifference) => messageKinds.indexOf(kind);
  return {
    messages: messages.sort((a, b) => weight(a) - weight(b)),
    structure: structuralDifferences(sides),
    gaps,
    assumed: [...new Set([...sides.old.contents.unread, ...sides.current.contents.unread])]
      .filter((name) => name !== "<localhost>" && name !== "<localnames>")
      .sort(),
    sides,
  };
}

/** Compares some clauses with those of the new side; `isCut` if that takes too many steps. */
function decide(sides: Sides, before: readonly Clause[]): { decision: Decision; isCut: boolean } {
  const after = sides.listOf(sides.current);
  const decider = new Decider(sides.clauses, sides.refused, (dimension) => sides.countOf(dimension));
  try {
    return { decision: decider.decide(before, after), isCut: false };
  } catch (error) {
    if (error instanceof TooManySteps) return { decision: undefined, isCut: true };
    throw error;
  }
}

/** Once a message is found that is treated differently if something is so, not many are asked for one without an if. */
const mostTries = 6;
/** So many messages are tried in all to show one difference. */
const mostCandidates = 300;

/** More keys are not tried one by one. */
const mostKeys = 300;

/** What surely differs for the messages of a group; none if no message shows it. */
function differencesIn(group: Group, sides: Sides): MessageDifference[] {
  const { kind } = group;
  const [before, after] = [sides.outcomes.at(group.old), sides.outcomes.at(group.new)];
  const isSame = (fate: Fate, outcome: Outcome) => isAccepted(fate) === isTaken(outcome);
  if (!onlyTablesDiffer(group, sides)) {
    const fits = (old: Fate, current: Fate) => isSame(old, before) && isSame(current, after);
    const witness = witnessOf(candidatesOf(group, sides), sides, fits);
    if (!witness && !isHidden(group, sides)) return [];
    return [{ kind, group, keys: undefined, witness, isByRelease: false }];
  }
  const found = new Map<MessageKind, { keys: string[]; witness: Witness }>();
  const untried: string[] = [];
  for (const [index, key] of changedKeys(group, sides).entries()) {
    const witness = index < mostKeys ? witnessOf(candidatesOf(group, sides, key), sides) : undefined;
    if (!witness) {
      untried.push(key);
      continue;
    }
    const own = kindOf(witness);
    const same = found.get(own);
    if (same) same.keys.push(key);
    else found.set(own, { keys: [key], witness });
  }
  // Those that no message shows are named with what is least.
  const last = [...found.values()].at(-1);
  last?.keys.push(...untried);
  return [...found].map(([own, { keys, witness }]) => ({ kind: own, group, keys, witness, isByRelease: false }));
}

function kindOf({ old, new: current }: Witness): MessageKind {
  const [was, is] = [isAccepted(old), isAccepted(current)];
  if (was === is) return was ? "destination" : "reply";
  return is ? "new-accept" : "lost";
}

/** Messages that fare otherwise although the rules say the same: some for each action, and for each key of its tables. */
function releaseDifferences(known: readonly Group[], sides: Sides): MessageDifference[] {
  const { groups } = groupsOf(decide(sides, []).decision, sides);
  const isKnown = (candidate: Candidate) => {
    const numbers = sides.numbersOf(messageOf(candidate), candidate.way);
    return known.some(({ boxes }) => boxes.some((box) => isIn(box, numbers)));
  };
  const seen = new Set<number>();
  return groups.flatMap((group): MessageDifference[] => {
    // Different messages for the same action tell nothing new.
    if (seen.has(group.new) || !isTaken(sides.outcomes.at(group.new))) return [];
    const keys = keysOf(group, sides).slice(0, mostKeys);
    for (const key of [undefined, ...keys]) {
      const candidates = [...candidatesOf(group, sides, key)].filter((candidate) => !isKnown(candidate));
      const witness = witnessOf(candidates, sides);
      if (!witness) continue;
      seen.add(group.new);
      return [{ kind: kindOf(witness), group, keys: undefined, witness, isByRelease: true }];
    }
    return [];
  });
}

/** True if both sides deliver in the same way, and other names lead elsewhere. */
function onlyTablesDiffer(group: Group, sides: Sides): boolean {
  return changedKeys(group, sides).length > 0 && isSameBut(["alias", "virtual", "userbase"], group, sides);
}

function witnessOf(
  candidates: Iterable<Candidate>,
  sides: Sides,
  fits?: (old: Fate, current: Fate) => boolean,
): Witness | undefined {
  let uncertain: Witness | undefined;
  let tries = 0;
  let count = 0;
  for (const candidate of candidates) {
    if (++count > mostCandidates) break;
    const witness = confirm(candidate, sides, fits);
    if (witness?.when.length === 0) return witness;
    uncertain ??= witness;
    if (uncertain && ++tries > mostTries) break;
  }
  return uncertain;
}

/** Options that do not change where a message goes, as far as can be seen before. */
const hidden = ["ttl", "auth", "pki", "ca", "filter", "tls", "srs"];

/** True if the same is done with the messages, with other options that only their delivery shows. */
const isHidden = (group: Group, sides: Sides): boolean => isSameBut(hidden, group, sides);

/** True for two actions that are the same but for some options. */
function isSameBut(
  words: readonly string[],
  { old, new: current }: Group,
  { outcomes, old: before, current: after }: Sides,
): boolean {
  const [one, other] = [outcomes.at(old).actions.old, outcomes.at(current).actions.new];
  if (!one || !other) return false;
  const shown = (action: typeof one, { meanings }: Side) =>
    meanings
      .ofAction(action)
      .split("\n")
      .filter((line) => !words.includes(line.split(" ", 1)[0] ?? ""))
      .join("\n");
  return shown(one, before) === shown(other, after);
}
