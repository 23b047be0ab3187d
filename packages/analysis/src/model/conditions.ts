import type { Match, MatchCondition, TableExpression } from "@smtpdlint/grammar";
import { parseNetwork } from "../values/network.ts";
import type { Block } from "../values/network-trie.ts";
import { Lookup, type Service } from "./lookup.ts";
import type { Model } from "./model.ts";
import { placeOf } from "./place.ts";
import { TableFile } from "./table-file.ts";
import { keysOf, keysOfFile } from "./table-keys.ts";

/** What a rule asks of one property of a message: that the table has it, or, negated, that it has not. */
export class Test {
  constructor(
    readonly negated: boolean,
    readonly regex: boolean,
    /** Two tables with the same identity have the same keys. */
    readonly table: ComparedTable,
  ) {}

  /** Compares as the place demands. */
  lookup(service: Service): Lookup {
    return this.table.lookup(this.regex ? "regex" : service);
  }
}

/** A table as rules compare with it. Tables with the same keys are one, so that work on them is done once. */
export class ComparedTable {
  private lookups: Map<Service, Lookup> | undefined;
  private networks: readonly Block[] | undefined;
  private ofFile: readonly string[] | undefined;

  constructor(
    readonly identity: string,
    /** Undefined if they are not known. */
    private readonly source: readonly string[] | TableFile | undefined,
    private readonly delimiter: string,
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

function isComparable(keys: readonly string[] | TableFile | undefined): keys is readonly string[] | TableFile {
  return keys !== undefined && (keys instanceof TableFile ? keys.size : keys.length) <= mostKeys;
}

/** The identity of a set of patterns, and of a table with these keys; most have one. */
export const identityOf = (patterns: readonly string[]): string =>
  patterns.length === 1 ? `"${patterns[0]}` : JSON.stringify([...patterns].sort());

/** Where the message comes from. */
export type Origin =
  | { readonly kind: "address"; readonly test: Test }
  | { readonly kind: "socket"; readonly negated: boolean }
  /** The host must have a reverse name, or, without a test, may have none if negated. */
  | { readonly kind: "rdns"; readonly negated: boolean; readonly test: Test | undefined };

/**
 * A rule as smtpd keeps it (parse.y, match_option; struct rule): its
 * conditions in a normal form, with those that nobody wrote.
 */
export interface RuleConditions {
  readonly match: Match;
  readonly tag: Test | undefined;
  readonly from: Origin;
  /** The domain of the recipient. */
  readonly destination: Test;
  readonly helo: Test | undefined;
  readonly auth: { readonly negated: boolean; readonly test: Test | undefined } | undefined;
  /** Up to 7.8 a rule that asks for TLS fails temporarily. */
  readonly tls: boolean;
  readonly mailFrom: Test | undefined;
  readonly rcptTo: Test | undefined;
}

/** The tables of the machine on which smtpd runs, by their names; what is not known of them is left out. */
export const builtinKeys: Readonly<Record<string, readonly string[] | undefined>> = {
  "<anyhost>": ["local", "0.0.0.0/0", "::/0"],
  "<anydestination>": ["*"],
  // With the addresses and the name of a machine that nobody knows.
  "<localhost>": undefined,
  "<localnames>": undefined,
};

/** Builds the conditions of all rules of a model. */
export function conditionsOf(model: Model, builtins = builtinKeys): RuleConditions[] {
  const builder = new ConditionsBuilder(model, builtins);
  return model.matches.map((match) => builder.build(match));
}

/** True if a rule compares with a table of the machine whose contents nobody knows. */
export function needsBuiltins({ tag, from, destination, helo, auth, mailFrom, rcptTo }: RuleConditions): boolean {
  const tests = [tag, from.kind === "socket" ? undefined : from.test, destination, helo, auth?.test, mailFrom, rcptTo];
  return tests.some((test) => test && Object.hasOwn(builtinKeys, test.table.identity) && !test.table.keys);
}

/** Turns matches into conditions; equal tables share their lookups. */
export class ConditionsBuilder {
  private readonly byName = new Map<string, ComparedTable>();
  private readonly byIdentity = new Map<string, ComparedTable>();
  private readonly delimiter: string;

  constructor(
    private readonly model: Model,
    private readonly builtins: typeof builtinKeys,
  ) {
    this.delimiter = model.subAddressDelimiter;
  }

  build(match: Match): RuleConditions {
    let from: Origin | undefined;
    let destination: Test | undefined;
    let tls = false;
    // What stands twice is overridden, but a regex stays one and a table stays if there is no other.
    const asked: { [K in "tag" | "helo" | "auth" | "mail-from" | "rcpt-to"]?: Asked } = {};
    const ask = (property: keyof typeof asked, condition: MatchCondition) => {
      const before = asked[property];
      asked[property] = {
        negated: condition.negation !== undefined,
        regex: before?.regex || condition.regex !== undefined,
        table: condition.table ?? before?.table,
      };
    };
    const any = (table: string) => this.test({ negated: false, regex: false, table });

    for (const condition of match.conditions) {
      const { keyword, subject } = condition;
      const own: Asked = {
        negated: condition.negation !== undefined,
        regex: condition.regex !== undefined,
        table: condition.table,
      };
      switch (placeOf(condition)) {
        case "tag":
        case "helo":
        case "auth":
        case "mail-from":
        case "rcpt-to":
          ask(keyword.word as keyof typeof asked, condition);
          break;
        case "tls":
          tls = true;
          break;
        case "from any":
          from = { kind: "address", test: this.test({ ...own, table: "<anyhost>" }) };
          break;
        case "from local":
          from = { kind: "address", test: this.test({ ...own, table: "<localhost>" }) };
          break;
        case "from socket":
          from = { kind: "socket", negated: own.negated };
          break;
        case "from src":
          from = { kind: "address", test: this.test(own) };
          break;
        case "from rdns":
          from = { kind: "rdns", negated: own.negated, test: own.table === undefined ? undefined : this.test(own) };
          break;
        case "from auth":
        case "from mail-from":
          from = { kind: "address", test: any("<anyhost>") };
          ask(subject?.word as "auth" | "mail-from", condition);
          break;
        case "for any":
          destination = this.test({ ...own, table: "<anydestination>" });
          break;
        case "for local":
          destination = this.test({ ...own, table: "<localnames>" });
          break;
        case "for domain":
          destination = this.test(own);
          break;
        case "for rcpt-to":
          destination = any("<anydestination>");
          ask("rcpt-to", condition);
          break;
      }
    }
    const { auth } = asked;
    return {
      match,
      tag: asked.tag && this.test(asked.tag),
      from: from ?? { kind: "address", test: any("<localhost>") },
      destination: destination ?? any("<localnames>"),
      helo: asked.helo && this.test(asked.helo),
      auth: auth && { negated: auth.negated, test: auth.table === undefined ? undefined : this.test(auth) },
      tls,
      mailFrom: asked["mail-from"] && this.test(asked["mail-from"]),
      rcptTo: asked["rcpt-to"] && this.test(asked["rcpt-to"]),
    };
  }

  private test({ negated, regex, table }: Asked): Test {
    return new Test(negated, regex, this.table(table));
  }

  private table(expression: TableExpression | string | undefined): ComparedTable {
    const name = this.nameOf(expression);
    let table = name === undefined ? undefined : this.byName.get(name);
    if (!table) {
      const keys = this.keys(expression);
      // Tables whose keys are not known, or too many to compare, are equal only to themselves.
      const identity = isComparable(keys)
        ? identityOf(keys instanceof TableFile ? keysOfFile(keys) : keys)
        : this.ownIdentity(name, expression);
      table = this.byIdentity.get(identity);
      if (!table) {
        table = new ComparedTable(identity, keys, this.delimiter);
        this.byIdentity.set(identity, table);
      }
      if (name !== undefined) this.byName.set(name, table);
    }
    return table;
  }

  private ownIdentity(name: string | undefined, expression: TableExpression | string | undefined): string {
    if (name === undefined) return positionOf(expression);
    return Object.hasOwn(this.builtins, name) ? name : `table ${name}`;
  }

  private keys(expression: TableExpression | string | undefined): readonly string[] | TableFile | undefined {
    if (expression === undefined) return undefined;
    const name = typeof expression === "string" ? expression : builtinName(expression);
    if (name !== undefined && Object.hasOwn(this.builtins, name)) return this.builtins[name];
    if (typeof expression === "string") return undefined;
    if (expression.kind === "single-value")
      return expression.text.faulty ? undefined : [expression.text.value.toLowerCase()];
    const facts = this.model.table(expression);
    return facts.file && facts.kind !== "none" ? facts.file : keysOf(facts);
  }

  /** Undefined for a table that has none. */
  private nameOf(expression: TableExpression | string | undefined): string | undefined {
    if (typeof expression === "string") return expression;
    if (expression?.kind !== "table-reference") return undefined;
    return expression.name?.value ?? "";
  }
}

const positionOf = (expression: TableExpression | string | undefined) =>
  typeof expression === "object" ? `${expression.span.file}:${expression.span.start}` : "nowhere";

interface Asked {
  readonly negated: boolean;
  readonly regex: boolean;
  readonly table: TableExpression | string | undefined;
}

function builtinName(expression: TableExpression): string | undefined {
  return expression.kind === "table-reference" ? expression.name?.value : undefined;
}
