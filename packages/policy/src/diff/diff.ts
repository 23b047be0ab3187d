import { isRelay, subAddressDelimiter } from "@smtpdlint/model";
import type { Smtpd } from "../smtpd.ts";
import { type Group, groupsOf, messageKinds } from "./boxes.ts";
import { candidatesOf } from "./candidates.ts";
import type { Candidate } from "./confirm.ts";
import { confirm, type Witness } from "./confirm.ts";
import { Decider, type Decision, TooManySteps } from "./decide.ts";
import { Side, Sides } from "./sides.ts";
import { type StructuralDifference, structuralDifferences } from "./structure.ts";

/** What the two sides do with some messages, proved by one of them. */
export interface MessageDifference {
  readonly group: Group;
  /** Undefined where only options differ that no trace shows, such as for how long a message is kept. */
  readonly witness: Witness | undefined;
}

/** Why it is not proved that nothing else differs. */
export type DiffGap =
  | { readonly kind: "incomplete"; readonly side: "old" | "new" }
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

/** Compares what two configurations, each on its machine, do with all messages. */
export function diffPolicies(before: Smtpd, after: Smtpd): PolicyDiff {
  const sides = new Sides(new Side(before, "old"), new Side(after, "new"));
  const gaps: DiffGap[] = [];
  for (const { smtpd, name } of [sides.old, sides.current]) {
    if (!isComplete(smtpd)) gaps.push({ kind: "incomplete", side: name });
  }
  const [one, other] = [before, after].map(({ policy }) => subAddressDelimiter(policy.model.config));
  if (one !== other) gaps.push({ kind: "delimiter" });
  if (before.target !== after.target) gaps.push({ kind: "releases" });
  const { decision, isCut } = decide(sides);
  const { groups, isCut: isGroupsCut } = groupsOf(decision, sides);
  if (isCut || isGroupsCut) gaps.push({ kind: "too many" });
  const messages: MessageDifference[] = [];
  for (const group of groups) {
    const witness = witnessOf(candidatesOf(group, sides), sides);
    if (witness || isHidden(group, sides)) messages.push({ group, witness });
    else gaps.push({ kind: "no witness", group });
  }
  const weight = ({ group }: MessageDifference) => messageKinds.indexOf(group.kind);
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

/** A configuration without match rules is complete too. */
function isComplete({ policy }: Smtpd): boolean {
  const { matches, sources } = policy.model;
  return policy.isRulesetComplete || (matches.length === 0 && !sources.isIncompleteAt(undefined));
}

function decide(sides: Sides): { decision: Decision; isCut: boolean } {
  const [before, after] = [sides.listOf(sides.old), sides.listOf(sides.current)];
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

function witnessOf(candidates: Iterable<Candidate>, sides: Sides): Witness | undefined {
  let uncertain: Witness | undefined;
  let tries = 0;
  for (const candidate of candidates) {
    const witness = confirm(candidate, sides);
    if (witness?.when.length === 0) return witness;
    uncertain ??= witness;
    if (uncertain && ++tries > mostTries) break;
  }
  return uncertain;
}

/** Options that do not change where a message goes, as far as can be seen before. */
const hidden = ["ttl", "auth", "pki", "ca", "filter", "tls", "srs"];

/** True if the same is done with the messages, with other options that only their delivery shows. */
function isHidden({ old, new: current }: Group, { outcomes, old: before, current: after }: Sides): boolean {
  const [one, other] = [outcomes.all[old]?.action, outcomes.all[current]?.action];
  if (!one || !other || isRelay(one) !== isRelay(other)) return false;
  const shown = (action: typeof one, { meanings }: Side) =>
    meanings
      .ofAction(action)
      .split("\n")
      .filter((line) => !hidden.includes(line.split(" ", 1)[0] ?? ""))
      .join("\n");
  return shown(one, before) === shown(other, after);
}
