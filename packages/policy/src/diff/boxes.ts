import { isOpenToAll } from "../entry-points.ts";
import { isDomain, isLocalPart } from "../session/reply-path.ts";
import { type ChoiceSet, has, intersection, inverse, keyOf, union } from "./choice-set.ts";
import type { Decision } from "./decide.ts";
import type { Outcome } from "./outcomes.ts";
import type { Sides } from "./sides.ts";
import { type Dimension, dimensions } from "./tests.ts";

/** A set of messages: each combination of a choice of each set; what is not there is not asked for. */
export interface Box {
  readonly sets: Readonly<Partial<Record<Dimension, ChoiceSet>>>;
  /** Unknowns, and whether they are so for these messages. */
  readonly unknowns: ReadonlyMap<number, boolean>;
}

/** What a difference does to mail, the worst first. */
export const messageKinds = ["new-relay", "new-accept", "lost", "destination", "reply"] as const;
export type MessageKind = (typeof messageKinds)[number];

/** Messages for which the match rules of the two sides come to the same two outcomes. */
export interface Group {
  readonly kind: MessageKind;
  readonly old: number;
  readonly new: number;
  readonly boxes: readonly Box[];
}

/** More boxes than this are not told apart. */
const mostBoxes = 5000;

/** The messages for which a decision says that something differs; `isCut` if there are too many kinds of them. */
export function groupsOf(decision: Decision, sides: Sides): { groups: Group[]; isCut: boolean } {
  const found = new Map<string, { kind: MessageKind; old: number; new: number; boxes: Box[] }>();
  let count = 0;
  const put = (box: Box, old: number, current: number) => {
    for (const { kind, box: part } of partsOf(box, sides, old, current)) {
      const key = `${kind} ${old} ${current}`;
      const group = found.get(key);
      if (group) group.boxes.push(part);
      else found.set(key, { kind, old, new: current, boxes: [part] });
    }
  };
  // A list of what is still to be looked at, since unknowns may make a long chain.
  const open: { at: Decision; box: Box }[] = [{ at: decision, box: { sets: {}, unknowns: new Map() } }];
  for (let next = open.pop(); next && count <= mostBoxes; next = open.pop()) {
    const { box } = next;
    const [at, unknowns] = behindUnknowns(next.at, box.unknowns);
    const here = { ...box, unknowns };
    switch (at?.kind) {
      case "leaf":
        count++;
        put(here, at.old, at.new);
        break;
      case "choice":
        for (const { choices, decision } of at.branches.toReversed()) {
          const possible = possibleChoices(choices, at.dimension, sides);
          if (possible) open.push({ at: decision, box: { ...here, sets: { ...here.sets, [at.dimension]: possible } } });
        }
        break;
      case "unknown":
        // The ordinary first: expressions and unread tables do not have what is not named.
        for (const [to, is] of [
          [at.yes, true],
          [at.no, false],
        ] as const) {
          open.push({ at: to, box: { ...here, unknowns: new Map([...unknowns, [at.unknown, is]]) } });
        }
    }
  }
  const groups = [...found.values()].map((group) => ({ ...group, boxes: merged(group.boxes) }));
  return { groups, isCut: count > mostBoxes };
}

/** What is decided once unknowns are passed that lead to a difference one way only. */
function behindUnknowns(decision: Decision, known: Box["unknowns"]): [Decision, Box["unknowns"]] {
  const unknowns = new Map(known);
  let at = decision;
  while (at?.kind === "unknown" && !(at.yes && at.no)) {
    unknowns.set(at.unknown, at.yes !== undefined);
    at = at.yes ?? at.no;
  }
  return [at, unknowns];
}

/** True for an outcome after which smtpd has the message. */
export const isTaken = ({ kind }: Outcome) => kind === "relayed" || kind === "local";

/** Choices without those that smtpd lets nobody give (util.c, valid_localpart, valid_domainpart); undefined if none are left. */
function possibleChoices(set: ChoiceSet, dimension: Dimension, sides: Sides): ChoiceSet | undefined {
  const syntax = syntaxOf(dimension, sides);
  if (set.isOthers || !syntax) return set;
  const numbers = [...set.numbers].filter((number) => syntax.isValid(syntax.all[number]?.text ?? ""));
  return numbers.length === 0 ? undefined : { isOthers: false, numbers: new Set(numbers) };
}

function syntaxOf(dimension: Dimension, sides: Sides) {
  switch (dimension) {
    case "domain":
      return { all: sides.domains.choices.all, isValid: isDomain };
    case "helo":
      return { all: sides.greetings.choices.all, isValid: isDomain };
    case "senderDomain":
      return { all: sides.senderDomains.choices.all, isValid: (text: string) => text === "" || isDomain(text) };
    case "sender":
      return { all: sides.senders.choices.all, isValid: isLocalPart };
    case "recipient":
      return { all: sides.recipients.choices.all, isValid: isLocalPart };
    default:
      return undefined;
  }
}

/** A box by what happens to its messages: for outsiders a relay is worse than for others. */
function partsOf(box: Box, sides: Sides, old: number, current: number): { kind: MessageKind; box: Box }[] {
  const [before, after] = [sides.outcomes.at(old), sides.outcomes.at(current)];
  if (!isTaken(after)) return [{ kind: isTaken(before) ? "lost" : "reply", box }];
  const kind = isTaken(before) ? "destination" : "new-accept";
  if (after.kind !== "relayed" || before.kind === "relayed") return [{ kind, box }];
  const parts: { kind: MessageKind; box: Box }[] = [];
  let rest: Box | undefined = box;
  for (const [dimension, set] of outsiders(sides)) {
    const others: Box | undefined = rest && within(rest, dimension, inverse(set), sides);
    if (others) parts.push({ kind, box: others });
    rest = rest && within(rest, dimension, set, sides);
  }
  return rest ? [{ kind: "new-relay", box: rest }, ...parts] : parts;
}

/** Those who are not logged in, in no network that somebody knows, where everybody gets in. */
function outsiders(sides: Sides): [Dimension, ChoiceSet][] {
  const ways = [...sides.ways.keys()].filter((number) => {
    const point = sides.ways[number]?.new;
    return point && isOpenToAll(point);
  });
  const sources = Array.from({ length: sides.sources.count }, (_, number) => number);
  const outside = sources.filter((number) => sides.sources.isOutside(number));
  return [
    ["way", { isOthers: false, numbers: new Set(ways) }],
    ["source", { isOthers: false, numbers: new Set(outside) }],
    ["user", { isOthers: false, numbers: new Set([sides.logins.nobody]) }],
  ];
}

/** The part of a box that has one of some choices; undefined if there is none. */
function within(box: Box, dimension: Dimension, set: ChoiceSet, sides: Sides): Box | undefined {
  const own = box.sets[dimension];
  const part = own ? intersection(own, set) : set;
  return isEmpty(part, sides.countOf(dimension)) ? undefined : { ...box, sets: { ...box.sets, [dimension]: part } };
}

/** True if a message is in a box, as far as names tell; `numbers` are those of its choices. */
export function isIn({ sets }: Box, numbers: Readonly<Record<Dimension, number>>): boolean {
  return dimensions.every((dimension) => {
    const set = sets[dimension];
    return !set || has(set, numbers[dimension]);
  });
}

function isEmpty({ isOthers, numbers }: ChoiceSet, count: number | undefined): boolean {
  return isOthers ? numbers.size === count : numbers.size === 0;
}

/** Joins boxes that differ in one dimension only. */
function merged(boxes: readonly Box[]): readonly Box[] {
  let all = boxes;
  for (let before = Number.POSITIVE_INFINITY; all.length > 1 && all.length < before; ) {
    before = all.length;
    for (const dimension of dimensions) {
      const joined = new Map<string, Box>();
      for (const box of all) {
        const key = keyWithout(box, dimension);
        const same = joined.get(key);
        const [one, other] = [same?.sets[dimension], box.sets[dimension]];
        const { [dimension]: _joined, ...rest } = box.sets;
        if (!same) joined.set(key, box);
        else joined.set(key, { ...box, sets: one && other ? { ...rest, [dimension]: union(one, other) } : rest });
      }
      all = [...joined.values()];
    }
  }
  return all;
}

/** Equal for boxes that differ in some dimensions at most. */
export const keyWithout = ({ sets, unknowns }: Box, ...without: readonly Dimension[]) =>
  dimensions
    .map((dimension) => (without.includes(dimension) ? "" : keyOf(sets[dimension])))
    .concat([...unknowns].map(([unknown, is]) => `${unknown} ${is}`).sort())
    .join(";");
