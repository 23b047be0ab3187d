import { NetworkTrie, parseMailAddress } from "@smtpdlint/model";
import { identityOf } from "./key-set.ts";
import {
  type AddressSet,
  contains,
  type Property,
  type PropertySet,
  propertyNames,
  type Region,
  type SourceSet,
} from "./region.ts";

/** A rule with more combinations of patterns is compared as a whole, and so are all once there were so many. */
const mostCells = 1000;
const mostCellsInAll = 1_000_000;
/** Rules that cannot be found by their patterns are tried one by one, so no more of them than this. */
const mostWide = 50;

/** Rules that ask for the same properties. */
interface Shape<T> {
  readonly properties: readonly Property[];
  readonly tree: Tree<T>;
}

/**
 * Sources by the identity of the set for each property in turn. One key of all
 * would have to be made for each question.
 */
type Tree<T> = Map<string, Tree<T>> | Sources<T>;

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
  /** The sets of all regions that were added, by property. */
  private readonly known = new Map<Property, Set<string>>();
  private cellsLeft = mostCellsInAll;
  /** The region that was cut last: who asks whether it is covered may add it next. */
  private last: { readonly region: Region; readonly cells: readonly Region[] } | undefined;

  /** What separates a user from a tag in an address. */
  constructor(private readonly delimiter: string) {}

  /** Adds a rule's region; asked later, the region counts as covered by `owner`. */
  add(region: Region, owner: T): void {
    const shape = this.shapeOf(region);
    for (const cell of this.cellsOf(region)) {
      for (const property of shape.properties) {
        this.knownOf(property).add((cell.properties[property] as PropertySet).identity);
      }
      sourcesIn(shape, cell).add(region.source, owner);
    }
    if (this.wide.length >= mostWide || !isWide(region)) return;
    const sources = new Sources<T>();
    sources.add(region.source, owner);
    this.wide.push({ region, sources });
  }

  private shapeOf({ properties }: Region): Shape<T> {
    const names = propertyNames.filter((property) => properties[property]);
    const key = names.join();
    let shape = this.shapes.get(key);
    if (!shape) {
      shape = { properties: names, tree: names.length > 0 ? new Map() : new Sources() };
      this.shapes.set(key, shape);
    }
    return shape;
  }

  private knownOf(property: Property): Set<string> {
    let known = this.known.get(property);
    if (!known) {
      known = new Set();
      this.known.set(property, known);
    }
    return known;
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

  private sourcesFor({ properties }: Region): Sources<T>[] {
    const found: Sources<T>[] = [];
    const wider: { [P in Property]?: readonly string[] } = {};
    const collect = (shape: Shape<T>, depth: number, at: Tree<T> | undefined) => {
      if (at instanceof Sources) found.push(at);
      else if (at) {
        const property = shape.properties[depth] as Property;
        wider[property] ??= this.widerSetsOf(property, properties[property]);
        for (const identity of wider[property]) collect(shape, depth + 1, at.get(identity));
      }
    };
    for (const shape of this.shapes.values()) collect(shape, 0, shape.tree);
    for (const { region, sources } of this.wide) {
      const covers = propertyNames.every((property) => {
        const [outer, inner] = [region.properties[property], properties[property]];
        return !outer || (inner !== undefined && contains(property, outer, inner, this.delimiter));
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
    for (const property of propertyNames) count *= properties[property]?.patterns?.length ?? 1;
    if (count === 1 || count > mostCells || count > this.cellsLeft) return [region];
    this.cellsLeft -= count;
    let cells = [properties];
    for (const property of propertyNames) {
      const { patterns } = properties[property] ?? {};
      if (!patterns || patterns.length === 1) continue;
      const parts = this.partsOf(patterns);
      cells = cells.flatMap((cell) => parts.map((part) => ({ ...cell, [property]: part })));
    }
    return cells.map((cell) => ({ source, properties: cell }));
  }

  /** The sets of regions that were added, as far as they hold a set of a cell. */
  private widerSetsOf(property: Property, set: PropertySet | undefined): readonly string[] {
    if (!set) return [];
    const known = this.knownOf(property);
    const all =
      set instanceof Part ? set.widerSets(property, this.delimiter) : widerSets(property, set, this.delimiter);
    return all.filter((identity) => known.has(identity));
  }

  /** A set for each pattern; many rules share a table. */
  private partsOf(patterns: readonly string[]): readonly PropertySet[] {
    let parts = this.parts.get(patterns);
    if (!parts) {
      parts = patterns.map((pattern) => new Part(pattern));
      this.parts.set(patterns, parts);
    }
    return parts;
  }
}

/** The sources of the rules of a shape that are equal to a cell, made if there are none yet. */
function sourcesIn<T>({ properties, tree }: Shape<T>, cell: Region): Sources<T> {
  let at = tree;
  for (let depth = 0; !(at instanceof Sources); depth++) {
    const { identity } = cell.properties[properties[depth] as Property] as PropertySet;
    let next: Tree<T> | undefined = at.get(identity);
    if (!next) {
      next = depth < properties.length - 1 ? new Map() : new Sources();
      at.set(identity, next);
    }
    at = next;
  }
  return at;
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
      if (name) found.add(identityOf([name])).add(identityOf([`${name}@${domain}`]));
    }
    if (domain) found.add(identityOf([`@${domain}`]));
  }
  return [...found];
}

/** True if the region may hold others that `widerSets` does not name. */
function isWide({ properties }: Region): boolean {
  return propertyNames.some((property) => {
    const { patterns, excluded } = properties[property] ?? {};
    return excluded !== undefined || patterns?.some((pattern) => pattern.includes("*") || pattern.endsWith("@"));
  });
}

const onePattern = (pattern: string): PropertySet => ({
  identity: identityOf([pattern]),
  patterns: [pattern],
  excluded: undefined,
});

/** One pattern of several, which the cells of many regions share. */
class Part implements PropertySet {
  readonly identity: string;
  readonly patterns: readonly string[];
  readonly excluded = undefined;
  private readonly wider = new Map<Property, readonly string[]>();

  constructor(pattern: string) {
    this.identity = identityOf([pattern]);
    this.patterns = [pattern];
  }

  widerSets(property: Property, delimiter: string): readonly string[] {
    let sets = this.wider.get(property);
    if (!sets) {
      sets = widerSets(property, this, delimiter);
      this.wider.set(property, sets);
    }
    return sets;
  }
}

/** A cell for one recipient also has that recipient's domain. */
function narrowed(cell: Region): Region {
  const { rcptTo, destination } = cell.properties;
  const recipient = rcptTo?.patterns?.[0];
  const domain = recipient?.slice(recipient.lastIndexOf("@") + 1);
  if (!recipient?.includes("@") || !domain || destination) return cell;
  return { ...cell, properties: { ...cell.properties, destination: onePattern(domain) } };
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
