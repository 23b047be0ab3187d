import { type Block, NetworkTrie } from "../values/network-trie.ts";
import type { AddressSet, Property, PropertySet, Region, SourceSet } from "./region.ts";
import { contains } from "./region.ts";

/** A rule with more combinations of patterns is compared as a whole. */
const mostCells = 256;
/** Rules that cannot be found by their patterns are tried one by one, so no more of them than this. */
const mostWide = 50;

/**
 * Finds out whether rules that were added cover a later one, one of them or
 * several together.
 *
 * A region is cut into cells with one pattern a property. The rules are kept
 * by the properties that they ask for and, for each pattern of these, in a
 * table, so that the question for a cell is a lookup and not a walk through
 * all rules. Addresses are compared last, as the union of all that was found.
 */
export class Coverage<T> {
  /** By the properties asked for: the sources, by the patterns. */
  private readonly shapes = new Map<
    string,
    { properties: readonly Property[]; bySignature: Map<string, Sources<T>> }
  >();
  private readonly wide: { region: Region; sources: Sources<T> }[] = [];

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
    const cells = cellsOf(region) ?? [region];
    for (const cell of new Set([region, ...cells])) {
      const signature = signatureOf(properties, cell);
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
    for (const cell of cellsOf(region) ?? [region]) {
      const found = Sources.cover(this.sourcesFor(narrowed(cell)), cell.source);
      if (!found) return undefined;
      for (const owner of found) owners.add(owner);
    }
    return owners;
  }

  private sourcesFor(cell: Region): Sources<T>[] {
    const found: Sources<T>[] = [];
    for (const { properties, bySignature } of this.shapes.values()) {
      if (!properties.every((property) => cell.properties.has(property))) continue;
      const sources = bySignature.get(signatureOf(properties, cell));
      if (sources) found.push(sources);
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
}

const signatureOf = (properties: readonly Property[], { properties: sets }: Region) =>
  JSON.stringify(properties.map((property) => sets.get(property)?.identity));

/** True if the region may hold one that has other patterns. */
function isWide({ properties }: Region): boolean {
  return [...properties].some(([property, { patterns, excluded }]) => {
    if (property === "auth" || property === "mailFrom" || property === "rcptTo") return true;
    return excluded !== undefined || (patterns?.some((pattern) => pattern.includes("*")) ?? false);
  });
}

/** The region in cells with one pattern a property; undefined if these are too many. */
function cellsOf({ source, properties }: Region): Region[] | undefined {
  let count = 1;
  for (const { patterns } of properties.values()) count *= patterns?.length ?? 1;
  if (count > mostCells) return undefined;
  let cells: Map<Property, PropertySet>[] = [new Map()];
  for (const [property, set] of properties) {
    const parts = set.patterns?.map(onePattern) ?? [set];
    cells = cells.flatMap((cell) => parts.map((part) => new Map(cell).set(property, part)));
  }
  return cells.map((cell) => ({ source, properties: cell }));
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
  private readonly byIdentity = new Map<string, T>();
  private everything: T | undefined;
  private local: T | undefined;
  private readonly ipv4 = new NetworkTrie<T>();
  private readonly ipv6 = new NetworkTrie<T>();

  add({ identity, least }: SourceSet, owner: T): void {
    if (!this.byIdentity.has(identity)) this.byIdentity.set(identity, owner);
    if (least.local) this.local ??= owner;
    for (const block of least.blocks) this.trieFor(block).add(block, owner);
    if (isEverything(least)) this.everything ??= owner;
  }

  private trieFor({ bytes }: Block): NetworkTrie<T> {
    return bytes.length === 4 ? this.ipv4 : this.ipv6;
  }

  static cover<T>(all: readonly Sources<T>[], { identity, most }: SourceSet): ReadonlySet<T> | undefined {
    for (const sources of all) {
      const owner = sources.everything ?? sources.byIdentity.get(identity);
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
        all.map((sources) => sources.trieFor(block)),
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
