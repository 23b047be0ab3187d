import { type Block, keysOfFile, parseNetwork, TableFile } from "@smtpdlint/model";
import { Lookup, type Service } from "./lookup.ts";

/** The keys of a table as match rules compare with them. Tables with the same keys in the same order share one, so that work on them is done once. */
export class KeySet {
  private lookups: Map<Service, Lookup> | undefined;
  private networks: readonly Block[] | undefined;
  private ofFile: readonly string[] | undefined;

  constructor(
    /** Two sets with the same identity have the same keys. */
    readonly identity: string,
    /** Undefined if they are not known. */
    private readonly source: readonly string[] | TableFile | undefined,
    private readonly delimiter: string,
    /** The identity, but for the order of the keys. */
    readonly contents = identity,
  ) {}

  /** In lower case; undefined if they are not known. Those of a file are made when they are wanted. */
  get keys(): readonly string[] | undefined {
    if (!(this.source instanceof TableFile)) return this.source;
    this.ofFile ??= keysOfFile(this.source);
    return this.ofFile;
  }

  /** True if the keys are known and not too many to be compared one by one. */
  get isComparable(): boolean {
    return isComparable(this.source);
  }

  /** True if a key, in lower case, is among those that are known. */
  includes(key: string): boolean {
    return this.source?.includes(key) ?? false;
  }

  /** The keys that are addresses or networks. */
  get blocks(): readonly Block[] {
    this.networks ??= (this.keys ?? []).flatMap((key) => parseNetwork(key) ?? []);
    return this.networks;
  }

  lookup(service: Service): Lookup {
    this.lookups ??= new Map();
    let lookup = this.lookups.get(service);
    if (!lookup) {
      lookup = new Lookup(service, this.keys, this.delimiter);
      this.lookups.set(service, lookup);
    }
    return lookup;
  }
}

/** Tables with more keys are compared as a whole. */
const mostKeys = 1000;

export function isComparable(keys: readonly string[] | TableFile | undefined): keys is readonly string[] | TableFile {
  return keys !== undefined && (keys instanceof TableFile ? keys.size : keys.length) <= mostKeys;
}

/** The identity of a set of patterns, and of a table with these keys; most have one. */
export const identityOf = (patterns: readonly string[]): string =>
  patterns.length === 1 ? `"${patterns[0]}` : JSON.stringify([...patterns].sort());
