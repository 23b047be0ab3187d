import {
  type Block,
  hasWildcard,
  matchesHostName,
  matchesMailAddress,
  NetworkTrie,
  parseMailAddress,
} from "@smtpdlint/model";
import { identityOf } from "./key-set.ts";
import type { Condition, MatchRule } from "./ruleset.ts";

/**
 * The messages that a rule can take, as a product of sets: one for each
 * property that it asks for. Sets are compared by what they surely hold and
 * what they hold at most, so that no answer depends on a table that nobody
 * has read.
 */
export interface Region {
  readonly source: SourceSet;
  readonly properties: Properties;
}

/** What is undefined is not asked for. */
export type Properties = { readonly [P in Property]: PropertySet | undefined };

export const propertyNames = ["tag", "rdns", "destination", "helo", "auth", "mailFrom", "rcptTo"] as const;
export type Property = (typeof propertyNames)[number];

/** Some of the texts that a property can have. */
export interface PropertySet {
  /** Sets with the same identity are the same. */
  readonly identity: string;
  /** The patterns of which a text must match one; undefined if the set can be compared by its identity alone. */
  readonly patterns: readonly string[] | undefined;
  /** The patterns of which a text may match none. */
  readonly excluded: readonly string[] | undefined;
}

/** Some of the addresses that a message can come from. */
export interface SourceSet {
  readonly identity: string;
  /** It has these at least. */
  readonly least: AddressSet;
  /** And no others than these. */
  readonly most: AddressSet;
}

export interface AddressSet {
  /** True if it has the local socket. */
  readonly local: boolean;
  readonly blocks: readonly Block[];
}

const everyBlock: readonly Block[] = [
  { bytes: Array(4).fill(0), length: 0 },
  { bytes: Array(16).fill(0), length: 0 },
];
const everywhere: AddressSet = { local: true, blocks: everyBlock };
const nowhere: AddressSet = { local: false, blocks: [] };
const network: AddressSet = { local: false, blocks: everyBlock };
/** Addresses that every machine has. */
const loopback: AddressSet = {
  local: true,
  blocks: [
    { bytes: [127, 0, 0, 1], length: 32 },
    { bytes: [...Array(15).fill(0), 1], length: 128 },
  ],
};

/** The region of a rule; the tags that listeners set, in lower case, if all are known. */
export function regionOf(rule: MatchRule, tags: ReadonlySet<string> | undefined): Region {
  return new Regions(tags).of(rule);
}

/** Makes the regions of many rules, which often come from the same addresses. */
export class Regions {
  private readonly sources = new Map<string, SourceSet>();

  constructor(private readonly tags: ReadonlySet<string> | undefined) {}

  of({ from, tag, destination, helo, auth, mailFrom, rcptTo }: MatchRule): Region {
    const properties = {
      tag: tag && (this.tags && this.tags.size <= mostTags ? tagSet(tag, this.tags) : propertySet(tag)),
      // A reverse name is compared as an address: no wildcards.
      rdns:
        from.kind !== "rdns"
          ? undefined
          : from.condition
            ? opaque(from.condition)
            : named(from.negated ? "!rdns" : "rdns"),
      destination: isAnything(destination, ["*"]) ? undefined : propertySet(destination),
      helo: helo && propertySet(helo),
      auth: auth && (auth.condition ? propertySet(auth.condition) : named(auth.negated ? "!auth" : "auth")),
      mailFrom: mailFrom && !isAnything(mailFrom, ["", "@"]) ? propertySet(mailFrom) : undefined,
      rcptTo: rcptTo && !isAnything(rcptTo, ["", "@", "@*"]) ? propertySet(rcptTo) : undefined,
    };
    return { source: this.sourceOf(from), properties: withoutRecipientOfDomain(properties) };
  }

  private sourceOf(from: MatchRule["from"]): SourceSet {
    if (from.kind !== "address") return sourceSet(from);
    const key = identityOfCondition(from.condition);
    let source = this.sources.get(key);
    if (!source) {
      source = sourceSet(from);
      this.sources.set(key, source);
    }
    return source;
  }
}

/** More tags are not listed for each rule. */
const mostTags = 100;

/** True if a condition holds for whatever there is. */
function isAnything({ negated, regex, table }: Condition, patterns: readonly string[]): boolean {
  return !negated && !regex && patterns.some((pattern) => table.includes(pattern));
}

const named = (identity: string): PropertySet => ({ identity, patterns: undefined, excluded: undefined });

const opaque = (condition: Condition): PropertySet => named(identityOfCondition(condition));

const identityOfCondition = ({ negated, regex, table }: Condition): string =>
  negated || regex ? `${negated ? "!" : ""}${regex ? "~" : ""}${table.identity}` : table.identity;

function propertySet(condition: Condition): PropertySet {
  const identity = identityOfCondition(condition);
  if (condition.regex || !condition.table.isComparable) return named(identity);
  const { keys } = condition.table;
  return { identity, patterns: condition.negated ? undefined : keys, excluded: condition.negated ? keys : undefined };
}

/** The set of the tags for which a condition holds. */
function tagSet(condition: Condition, tags: ReadonlySet<string>): PropertySet | undefined {
  const lookup = condition.lookup("string");
  const answers = [...tags].map((tag) => ({ tag, holds: lookup.test(tag) }));
  if (answers.some(({ holds }) => holds === undefined)) return opaque(condition);
  const patterns = answers.filter(({ holds }) => holds !== condition.negated).map(({ tag }) => tag);
  if (patterns.length === tags.size) return undefined;
  return { identity: identityOf(patterns), patterns, excluded: undefined };
}

/** `rcpt-to "@example.org"` asks the same as `for domain example.org`. */
function withoutRecipientOfDomain(properties: Properties): Properties {
  const set = properties.rcptTo;
  if (!set?.patterns || properties.destination) return properties;
  if (!set.patterns.every((pattern) => pattern.lastIndexOf("@") === 0)) return properties;
  const patterns = set.patterns.map((pattern) => pattern.slice(1));
  return {
    ...properties,
    rcptTo: undefined,
    destination: { identity: identityOf(patterns), patterns, excluded: undefined },
  };
}

function sourceSet(from: MatchRule["from"]): SourceSet {
  switch (from.kind) {
    case "rdns":
      return { identity: "rdns", least: everywhere, most: everywhere };
    case "socket":
      // An address that an alias has produced counts as local, but not as the socket.
      return from.negated
        ? { identity: "!socket", least: network, most: network }
        : { identity: "socket", least: nowhere, most: { local: true, blocks: [] } };
    case "address":
      return addressSet(from.condition);
  }
}

function addressSet(condition: Condition): SourceSet {
  const identity = identityOfCondition(condition);
  if (!condition.regex && condition.table.identity === "<localhost>") {
    return condition.negated
      ? { identity, least: nowhere, most: network }
      : { identity, least: loopback, most: everywhere };
  }
  if (condition.regex || !condition.table.isComparable) return { identity, least: nowhere, most: everywhere };
  const keys = condition.table.keys ?? [];
  const set: AddressSet = {
    local: keys.includes("local"),
    blocks: condition.table.blocks,
  };
  // An address of a scope can be compared as a text only.
  const exact = !keys.some((key) => key.includes("%"));
  const result = condition.negated ? complement(set) : set;
  if (exact) return { identity, least: result, most: result };
  return { identity, least: condition.negated ? nowhere : result, most: condition.negated ? result : everywhere };
}

function complement({ local, blocks }: AddressSet): AddressSet {
  const of = (bytes: 4 | 16) => {
    const trie = new NetworkTrie<true>();
    for (const block of blocks) if (block.bytes.length === bytes) trie.add(block, true);
    return trie.complement(bytes === 4 ? 32 : 128);
  };
  return { local: !local, blocks: [...of(4), ...of(16)] };
}

/** True if all texts that match `inner` match `outer`; false if that is not sure. */
function patternContains(property: Property, outer: string, inner: string, delimiter: string): boolean {
  if (outer === inner) return true;
  switch (property) {
    case "destination":
    case "helo":
      return hostContains(outer, inner);
    case "mailFrom":
    case "rcptTo":
    case "auth": {
      const large = parseMailAddress(outer);
      const small = parseMailAddress(inner);
      if (!large || !small) return false;
      // Names of users without an `@` are compared as they are.
      if (property === "auth" && !inner.includes("@")) return false;
      if (large.domain && !hostContains(large.domain, small.domain)) return false;
      return !large.user || (small.user !== "" && matchesMailAddress(small, { ...large, domain: "" }, delimiter));
    }
    default:
      return false;
  }
}

function hostContains(outer: string, inner: string): boolean {
  if (inner === "") return false;
  return outer === inner || outer === "*" || (!hasWildcard(inner) && matchesHostName(inner, outer));
}

/** True if no text matches both; false if that is not sure. */
function patternsExclude(property: Property, one: string, other: string, delimiter: string): boolean {
  switch (property) {
    case "tag":
      return one !== other;
    case "destination":
    case "helo":
      return hostsExclude(one, other);
    case "mailFrom":
    case "rcptTo": {
      const [a, b] = [parseMailAddress(one), parseMailAddress(other)];
      if (!a || !b) return false;
      if (a.domain && b.domain && hostsExclude(a.domain, b.domain)) return true;
      const base = (user: string) => user.split(delimiter)[0];
      return a.user !== "" && b.user !== "" && base(a.user) !== base(b.user);
    }
    default:
      return false;
  }
}

function hostsExclude(one: string, other: string): boolean {
  if (hasWildcard(one)) return !hasWildcard(other) && !matchesHostName(other, one);
  return !matchesHostName(one, other);
}

/** True if a property that is in `inner` is surely in `outer`. */
export function contains(property: Property, outer: PropertySet, inner: PropertySet, delimiter: string): boolean {
  if (outer.identity === inner.identity) return true;
  if (property === "auth" && outer.identity === "auth") return inner.patterns !== undefined;
  if (inner.patterns) {
    return inner.patterns.every((small) =>
      outer.patterns
        ? outer.patterns.some((large) => patternContains(property, large, small, delimiter))
        : (outer.excluded?.every((other) => patternsExclude(property, other, small, delimiter)) ?? false),
    );
  }
  // What excludes more is smaller.
  const { excluded } = inner;
  return (
    (excluded &&
      outer.excluded?.every((small) => excluded.some((large) => patternContains(property, large, small, delimiter)))) ??
    false
  );
}

/** True if nothing is in both sets; false if that is not sure. */
export function excludes(property: Property, one: PropertySet, other: PropertySet, delimiter: string): boolean {
  return (
    one.patterns?.every((a) => other.patterns?.every((b) => patternsExclude(property, a, b, delimiter)) ?? false) ??
    false
  );
}
