import type { EntryPoint } from "../entry-points.ts";
import { type Box, keyWithout } from "./boxes.ts";
import { type ChoiceSet, everything, has, intersection, isSame, union } from "./choice-set.ts";
import type { Sides } from "./sides.ts";
import { internal, local } from "./sources.ts";

/** So many steps are made to find boxes that can be one. */
const mostSteps = 2_000_000;

/**
 * Joins sets of messages for people to read. The boxes hold the same messages
 * as before; they may also hold what cannot be, such as a client with an IPv6
 * address at a listener for IPv4, so they are not for proofs.
 */
export function joined(boxes: readonly Box[], sides: Sides): Box[] {
  const named = withOwnNames(boxes, sides);
  const groups = new Map<string, Box[]>();
  for (const box of named) {
    const key = keyWithout(box, "way", "source", "user");
    groups.set(key, [...(groups.get(key) ?? []), box]);
  }
  return [...groups.values()].flatMap((group) => joinedOrigins(group, sides));
}

// ---- the names of this machine

/**
 * `localhost` is one of the names of this machine, whatever the others are: it
 * goes with them where they are told apart.
 */
function withOwnNames(boxes: readonly Box[], sides: Sides): readonly Box[] {
  const names = ownNames(sides);
  const localhost = sides.domains.numberOf("localhost");
  const only: ChoiceSet = { isOthers: false, numbers: new Set([localhost]) };
  if (!boxes.some(({ unknowns }) => unknowns.has(names))) return boxes;
  const withDomain = (box: Box, domain: ChoiceSet): Box => ({ ...box, sets: { ...box.sets, domain } });
  const keyOfBox = ({ sets, unknowns }: Box) =>
    keyWithout({ sets, unknowns: new Map([...unknowns].filter(([number]) => number !== names)) }, "domain");
  const isOfLocalhost = ({ sets, unknowns }: Box) =>
    !unknowns.has(names) && sets.domain !== undefined && isSame(sets.domain, only);
  const joinable = new Map(boxes.filter(isOfLocalhost).map((box) => [keyOfBox(box), box]));
  const used = new Set<Box>();
  const wider = boxes.map((box) => {
    const is = box.unknowns.get(names);
    const { domain } = box.sets;
    if (is === undefined || !domain) return box;
    const other = joinable.get(keyOfBox(box));
    if (is && !other) return box;
    if (is && other) used.add(other);
    return withDomain(box, union(domain, only));
  });
  return wider.filter((box) => !used.has(box));
}

/** The number of the unknown whether a recipient's domain is a name of this machine; -1 if nobody asks. */
export const ownNames = ({ unknowns }: Sides): number =>
  unknowns.all.findIndex(({ table, property }) => table === "<localnames>" && property === "domain");

// ---- where it comes from

/** Messages of some clients and logins by some ways in. */
interface Origin {
  readonly ways: readonly number[];
  readonly source: ChoiceSet;
  readonly user: ChoiceSet;
}

/** Boxes that differ in where messages come from only, in as few as are found. */
function joinedOrigins(boxes: readonly Box[], sides: Sides): readonly Box[] {
  const [first] = boxes;
  const origins = boxes.flatMap((box) => originsOf(box, sides));
  if (!first || origins.length ** 2 * (sides.sources.count + 1) > mostSteps) return boxes;
  const possible = sides.ways.map((_, way) => possibleAt(way, sides));
  const found: Origin[] = [];
  for (const origin of origins) {
    let one = origin;
    for (let at = 0; at < found.length; at++) {
      const both = joinOf(found[at] as Origin, one, possible);
      if (!both) continue;
      // What is wider now may take what it did not before.
      found.splice(at, 1);
      at = -1;
      one = both;
    }
    found.push(one);
  }
  return found.map((origin) => boxOf(first, origin, possible));
}

function originsOf({ sets }: Box, sides: Sides): Origin[] {
  const { source = everything, user = everything } = sets;
  const ways = [...sides.ways.keys()].filter((way) => !sets.way || has(sets.way, way));
  return ways.map((way) => ({ ways: [way], source, user }));
}

/** The clients and logins that can be at a way in. */
interface Possible {
  readonly source: ChoiceSet;
  readonly user: ChoiceSet;
}

function possibleAt(way: number, { ways, sources, logins }: Sides): Possible {
  const points = [ways[way]?.old, ways[way]?.new].filter((point) => point !== undefined);
  const clients = points.flatMap((point) => {
    if (point.reach === "socket") return [local];
    const all = point.families.flatMap((family) => sources.ofFamily(family));
    return point.reach === "loopback" ? all.filter((number) => sources.isLoopback(number)) : all;
  });
  const usersOf = ({ reach, auth }: EntryPoint): ChoiceSet => {
    if (reach === "socket") return { isOthers: false, numbers: new Set([logins.sendmail]) };
    if (auth === "none") return { isOthers: false, numbers: new Set([logins.nobody]) };
    const without = auth === "required" ? [logins.sendmail, logins.nobody] : [logins.sendmail];
    return { isOthers: true, numbers: new Set(without) };
  };
  return {
    // What aliases lead to comes by the way of the first recipient.
    source: { isOthers: false, numbers: new Set([internal, ...clients]) },
    user: points.map(usersOf).reduce(union),
  };
}

/** The messages of two origins as one, if nothing else is in it that can be. */
function joinOf(one: Origin, other: Origin, possible: readonly Possible[]): Origin | undefined {
  if (isOfAliases(one) !== isOfAliases(other)) return undefined;
  const ways = [...new Set([...one.ways, ...other.ways])].sort((a, b) => a - b);
  const both = { ways, source: union(one.source, other.source), user: union(one.user, other.user) };
  const isExact = ways.every((way) => {
    const here = possible[way] as Possible;
    const own = [one, other].filter((origin) => origin.ways.includes(way));
    const same = (property: keyof Possible, origin: Origin) =>
      isSame(intersection(origin[property], here[property]), intersection(both[property], here[property]));
    // One of them is all of it, or they differ in one property only.
    return (
      own.some((origin) => same("source", origin) && same("user", origin)) ||
      (own.length === 2 &&
        (own.every((origin) => same("source", origin)) || own.every((origin) => same("user", origin))))
    );
  });
  return isExact ? both : undefined;
}

const isOfAliases = ({ source }: Origin) => !source.isOthers && [...source.numbers].join() === `${internal}`;

function boxOf({ sets, unknowns }: Box, { ways, source, user }: Origin, possible: readonly Possible[]): Box {
  const { way: _way, source: _source, user: _user, ...rest } = sets;
  const isAll = (set: ChoiceSet, property: keyof Possible) =>
    ways.every((way) => {
      const all = (possible[way] as Possible)[property];
      return isSame(intersection(set, all), all);
    });
  return {
    sets: {
      ...rest,
      ...(ways.length < possible.length && { way: { isOthers: false, numbers: new Set(ways) } }),
      ...(!isAll(source, "source") && { source }),
      ...(!isAll(user, "user") && { user }),
    },
    unknowns,
  };
}
