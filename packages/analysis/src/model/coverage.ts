import { parseMailAddress } from "../values/mail-address.ts";
import { NetworkTrie } from "../values/network-trie.ts";
import type { AddressSet, Property, PropertySet, Region, SourceSet } from "./region.ts";
import { contains } from "./region.ts";

/** A rule with more combinations of patterns is compared as a whole, and so are all once there were so many. */
const mostCells = 1000;
const mostCellsInAll = 1_000_000;
/** Rules that cannot be found by their patterns are tried one by one, so no more of them than this. */
const mostWide = 50;

/** Rules that ask for the same properties. */
interface Shape<T> {
  readonly properties: readonly Property[];
  readonly bySignature: Map<string, Sources<T>>;
}

/**
 * Finds out whether rules that were added cover a later one, one of them or
 * several together.
 *
 * A region is cut into cells with one pattern a property. The rules are kept
 * by the properties that they ask for and, for each pattern of these, in a
 * table, so that the question for a cell is a few lookups and not a walk
 * through all rules. Addresses are compared last, as the union of all that was
 * found.
 */
export class Coverage<T> {
  private readonly shapes = new Map<string, Shape<T>>();
  private readonly wide: { region: Region; sources: Sources<T> }[] = [];
  private readonly parts = new Map<readonly string[], readonly PropertySet[]>();
  private readonly wider = new Map<Property, WeakMap<PropertySet, readonly string[]>>();
  private cellsLeft = mostCellsInAll;
  /** The region that was cut last: who asks whether it is covered may add it next. */
  private last: { readonly region: Region; readonly cells: readonly Region[] } | undefined;

  /** What separates a user from a tag in an address. */
  constructor(private readonly delimiter: string) {}

  /** Adds a rule's region; asked later, the region counts as covered by `owner`. */
  add(region: Region, owner: T): void {
    const properties = [...region.properties.keys()].sort();
    const shapeKey = properties.join();
    let shape = this.shapes.get(shapeKey);
    if (!shape) {
      shape = { properties, bySignature: new Map() };
      this.shapes.set(shapeKey, shape);
    }
    for (const cell of this.cellsOf(region)) {
      const signature = properties.map((property) => part(cell.properties.get(property)?.identity)).join("");
      let sources = shape.bySignature.get(signature);
      if (!sources) {
        sources = new Sources();
        shape.bySignature.set(signature, sources);
      }
      sources.add(region.source, owner);
    }
    if (this.wide.length >= mostWide || !isWide(region)) return;
    const sources = new Sources<T>();
    sources.add(region.source, owner);
    this.wide.push({ region, sources });
  }

  /** The owners of regions that together cover `region`, or undefined if it is not sure that they do. */
  find(region: Region): ReadonlySet<T> | undefined {
    const owners = new Set<T>();
    for (const cell of this.cellsOf(region)) {
      const found = Sources.cover(this.sourcesFor(narrowed(cell)), cell.source);
      if (!found) return undefined;
      for (const owner of found) owners.add(owner);
    }
    return owners;
  }

  private sourcesFor(cell: Region): Sources<T>[] {
    const found: Sources<T>[] = [];
    const wider = new Map<Property, readonly string[]>();
    for (const [property, set] of cell.properties) wider.set(property, this.widerSetsOf(property, set));
    for (const { properties, bySignature } of this.shapes.values()) {
      for (const signature of signatures(properties, wider)) {
        const sources = bySignature.get(signature);
        if (sources) found.push(sources);
      }
    }
    for (const { region, sources } of this.wide) {
      const covers = [...region.properties].every(([property, set]) => {
        const inner = cell.properties.get(property);
        return inner !== undefined && contains(property, set, inner, this.delimiter);
      });
      if (covers) found.push(sources);
    }
    return found;
  }

  /** The region in cells with one pattern a property; the region itself if it is one, or these are too many. */
  private cellsOf(region: Region): readonly Region[] {
    if (this.last?.region !== region) this.last = { region, cells: this.cut(region) };
    return this.last.cells;
  }

  private cut(region: Region): readonly Region[] {
    const { source, properties } = region;
    let count = 1;
    for (const { patterns } of properties.values()) count *= patterns?.length ?? 1;
    if (count === 1 || count > mostCells || count > this.cellsLeft) return [region];
    this.cellsLeft -= count;
    let cells: Map<Property, PropertySet>[] = [new Map()];
    for (const [property, set] of properties) {
      const parts = this.partsOf(set);
      cells = cells.flatMap((cell) => parts.map((part) => new Map(cell).set(property, part)));
    }
    return cells.map((cell) => ({ source, properties: cell }));
  }

  /** The cells of a region share their sets; so do two properties that are compared with one table. */
  private widerSetsOf(property: Property, set: PropertySet): readonly string[] {
    let ofProperty = this.wider.get(property);
    if (!ofProperty) {
      ofProperty = new WeakMap();
      this.wider.set(property, ofProperty);
    }
    let wider = ofProperty.get(set);
    if (!wider) {
      wider = widerSets(property, set, this.delimiter);
      ofProperty.set(set, wider);
    }
    return wider;
  }

  /** A set for each pattern; many rules share a table. */
  private partsOf(set: PropertySet): readonly PropertySet[] {
    const { patterns } = set;
    if (!patterns || patterns.length === 1) return [set];
    let parts = this.parts.get(patterns);
    if (!parts) {
      parts = patterns.map(onePattern);
      this.parts.set(patterns, parts);
    }
    return parts;
  }
}

/** No text of a configuration has a NUL. */
const part = (identity: string | undefined) => `${identity}\0`;

/** The signatures of cells that ask for these properties, each with one of some sets. */
function signatures(properties: readonly Property[], sets: ReadonlyMap<Property, readonly string[]>): string[] {
  let found = [""];
  for (const property of properties) {
    const parts = (sets.get(property) ?? []).map(part);
    found = found.flatMap((before) => parts.map((next) => before + next));
  }
  return found;
}

/**
 * The identities of sets that hold a set of a cell and need not be tried one
 * by one: itself and, of an address, those that leave the tag, the user or the
 * domain open. What is neither here nor `isWide` is not found.
 */
function widerSets(property: Property, { identity, patterns }: PropertySet, delimiter: string): readonly string[] {
  const pattern = patterns?.length === 1 ? patterns[0] : undefined;
  if (pattern === undefined || (property !== "auth" && property !== "mailFrom" && property !== "rcptTo")) {
    return [identity];
  }
  const found = new Set([identity]);
  if (property === "auth") found.add("auth");
  const address = property !== "auth" || pattern.includes("@") ? parseMailAddress(pattern) : undefined;
  if (address) {
    const { user, domain } = address;
    const untagged = user.includes(delimiter) ? user.slice(0, user.indexOf(delimiter)) : user;
    for (const name of [user, untagged]) {
      if (name) found.add(onePattern(name).identity).add(onePattern(`${name}@${domain}`).identity);
    }
    if (domain) found.add(onePattern(`@${domain}`).identity);
  }
  return [...found];
}

/** True if the region may hold others that `widerSets` does not name. */
function isWide({ properties }: Region): boolean {
  return [...properties.values()].some(
    ({ patterns, excluded }) =>
      excluded !== undefined || patterns?.some((pattern) => pattern.includes("*") || pattern.endsWith("@")),
  );
}

const onePattern = (pattern: string): PropertySet => ({
  identity: JSON.stringify([pattern]),
  patterns: [pattern],
  excluded: undefined,
});

/** A cell for one recipient also has that recipient's domain. */
function narrowed(cell: Region): Region {
  const recipient = cell.properties.get("rcptTo")?.patterns?.[0];
  const domain = recipient?.slice(recipient.lastIndexOf("@") + 1);
  if (!recipient?.includes("@") || !domain || cell.properties.has("destination")) return cell;
  return { ...cell, properties: new Map(cell.properties).set("destination", onePattern(domain)) };
}

/** The sources of rules that are equal in all else. */
class Sources<T> {
  private everything: T | undefined;
  private local: T | undefined;
  private byIdentity: Map<string, T> | undefined;
  private ipv4: NetworkTrie<T> | undefined;
  private ipv6: NetworkTrie<T> | undefined;

  add({ identity, least }: SourceSet, owner: T): void {
    if (this.everything !== undefined) return;
    if (isEverything(least)) {
      this.everything = owner;
      return;
    }
    this.byIdentity ??= new Map();
    if (!this.byIdentity.has(identity)) this.byIdentity.set(identity, owner);
    if (least.local) this.local ??= owner;
    for (const block of least.blocks) {
      if (block.bytes.length === 4) {
        this.ipv4 ??= new NetworkTrie();
        this.ipv4.add(block, owner);
      } else {
        this.ipv6 ??= new NetworkTrie();
        this.ipv6.add(block, owner);
      }
    }
  }

  static cover<T>(all: readonly Sources<T>[], { identity, most }: SourceSet): ReadonlySet<T> | undefined {
    for (const sources of all) {
      const owner = sources.everything ?? sources.byIdentity?.get(identity);
      if (owner !== undefined) return new Set([owner]);
    }
    const owners = new Set<T>();
    if (most.local) {
      const owner = all.find(({ local }) => local !== undefined)?.local;
      if (owner === undefined) return undefined;
      owners.add(owner);
    }
    for (const block of most.blocks) {
      const found = NetworkTrie.cover(
        all.flatMap(({ ipv4, ipv6 }) => (block.bytes.length === 4 ? ipv4 : ipv6) ?? []),
        block,
      );
      if (!found) return undefined;
      for (const owner of found) owners.add(owner);
    }
    return owners;
  }
}

function isEverything({ local, blocks }: AddressSet): boolean {
  const hasAll = (bytes: 4 | 16) => blocks.some((block) => block.length === 0 && block.bytes.length === bytes);
  return local && hasAll(4) && hasAll(16);
}
