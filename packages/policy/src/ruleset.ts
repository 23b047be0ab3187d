import {
  isAtLeast,
  type Match,
  type MatchCondition,
  originOf,
  partIn,
  type Release,
  type TableExpression,
} from "@smtpdlint/grammar";
import {
  atKinds,
  conditionName,
  keysOf,
  keysOfFile,
  type Looks,
  type Model,
  note,
  subAddressDelimiter,
  TableFile,
  type Tables,
  watch,
} from "@smtpdlint/model";
import { builtinKeys, type Environment } from "./environment.ts";
import { identityOf, isComparable, KeySet } from "./key-set.ts";
import type { Lookup, Service } from "./lookup.ts";

/** A condition as it was read, perhaps elsewhere: see `originOf`. `implied` if nobody wrote it. */
export type AsRead = MatchCondition | "implied";

/** What a match rule asks of one property of a message: that a table has it, or, negated, that it has not. */
export class Condition {
  constructor(
    /** `implied` if nobody wrote it. */
    readonly asRead: AsRead,
    readonly negated: boolean,
    readonly regex: boolean,
    readonly table: KeySet,
  ) {}

  /** Compares as the place demands. */
  lookup(service: Service): Lookup {
    return this.table.lookup(this.regex ? "regex" : service);
  }
}

/** Where the message comes from. */
export type Origin =
  | {
      readonly kind: "address";
      readonly condition: Condition;
      /** True before 6.4: who is logged in is compared as `local`, from wherever (ruleset.c, ruleset_match). */
      readonly usersAreLocal: boolean;
    }
  | {
      readonly kind: "socket";
      readonly asRead: AsRead;
      readonly negated: boolean;
      /** True for 6.4, which cannot tell and fails temporarily. */
      readonly fails?: boolean;
    }
  /** The host must have a reverse name, or, without a condition, may have none if negated. */
  | {
      readonly kind: "rdns";
      readonly asRead: AsRead;
      readonly negated: boolean;
      readonly condition: Condition | undefined;
    };

/** Whether the client is logged in, and as whom. */
export interface AuthCondition {
  readonly asRead: AsRead;
  readonly negated: boolean;
  readonly condition: Condition | undefined;
  /** True up to 6.6, which do not know the name and fail temporarily. */
  readonly fails?: boolean;
}

/**
 * A match rule as smtpd keeps it (parse.y, match_option; struct rule): its
 * conditions in a normal form, with those that nobody wrote.
 */
export interface MatchRule {
  readonly match: Match;
  readonly tag: Condition | undefined;
  readonly from: Origin;
  /** The domain of the recipient. */
  readonly destination: Condition;
  readonly helo: Condition | undefined;
  readonly auth: AuthCondition | undefined;
  /** Up to 7.8 a rule that asks for TLS fails temporarily. */
  readonly tls: AsRead | undefined;
  readonly mailFrom: Condition | undefined;
  readonly rcptTo: Condition | undefined;
}

/** The match rules of a model, as smtpd keeps them on a machine. */
export function rulesetOf(model: Model, environment: Environment): MatchRule[] {
  const builder = new RulesetBuilder(model, environment);
  return model.matches.map((match) => builder.build(match));
}

/** True if a rule compares with a table of the machine whose contents nobody knows. */
export function needsEnvironment({ tag, from, destination, helo, auth, mailFrom, rcptTo }: MatchRule): boolean {
  const origin = from.kind === "socket" ? undefined : from.condition;
  return (
    isUnknownBuiltin(destination) ||
    isUnknownBuiltin(origin) ||
    isUnknownBuiltin(mailFrom) ||
    isUnknownBuiltin(rcptTo) ||
    isUnknownBuiltin(tag) ||
    isUnknownBuiltin(helo) ||
    isUnknownBuiltin(auth?.condition)
  );
}

function isUnknownBuiltin(condition: Condition | undefined): boolean {
  if (!condition) return false;
  const { identity, keys } = condition.table;
  return (identity === "<localhost>" || identity === "<localnames>") && !keys;
}

function conditionsOf({ tag, from, destination, helo, auth, mailFrom, rcptTo }: MatchRule): Condition[] {
  const origin = from.kind === "socket" ? undefined : from.condition;
  return [destination, origin, mailFrom, rcptTo, tag, helo, auth?.condition].filter((each) => each !== undefined);
}

/** See `subAddressDelimiter`. */
const atDelimiter = atKinds("smtp");

/** Turns match rules into conditions; equal tables share their keys. */
export class RulesetBuilder {
  private readonly byName = new Map<string, { readonly value: KeySet; readonly looks: Looks }>();
  private sets: Map<string, KeySet> | undefined;
  private readonly builtins: ReadonlyMap<string, readonly string[] | undefined>;
  private readonly tables: Pick<Tables, "of">;
  private readonly delimiter: string;
  private readonly target: Release;

  constructor(
    model: Pick<Model, "tables" | "statementsOf" | "target">,
    environment: Environment,
    private readonly known: readonly (MatchRule | undefined)[] = [],
  ) {
    this.tables = model.tables;
    this.delimiter = subAddressDelimiter(model);
    this.target = model.target;
    this.builtins = builtinKeys(environment);
  }

  /** Sets of keys by their contents, with those of the rules that are known. */
  private get byContents(): Map<string, KeySet> {
    this.sets ??= new Map(
      this.known.flatMap((rule) =>
        rule ? conditionsOf(rule).map(({ table }) => [table.contents, table] as const) : [],
      ),
    );
    return this.sets;
  }

  build(match: Match): MatchRule {
    // The delimiter counts in each set of keys.
    note(atDelimiter);
    let from: Origin | undefined;
    let destination: Condition | undefined;
    let tls: MatchCondition | undefined;
    // What stands twice is overridden, but a regex stays one and a table stays if there is no other.
    const asked: { [K in "tag" | "helo" | "auth" | "mail-from" | "rcpt-to"]?: Asked } = {};
    const ask = (property: keyof typeof asked, condition: MatchCondition) => {
      const before = asked[property];
      asked[property] = {
        asRead: condition,
        negated: condition.negation !== undefined,
        regex: before?.regex || condition.regex !== undefined,
        table: condition.table ?? before?.table,
      };
    };
    const compared = (asked: Asked) =>
      new Condition(asked.asRead, asked.negated, asked.regex, this.keySet(asked.table, match));
    const plain = (asRead: AsRead, table: string) => compared({ asRead, negated: false, regex: false, table });

    const fromAddress = (condition: Condition): Origin => ({
      kind: "address",
      condition,
      usersAreLocal: !isAtLeast(this.target, "6.4"),
    });

    for (const condition of originOf(match).conditions) {
      const { keyword, subject } = condition;
      const own: Asked = {
        asRead: condition,
        negated: condition.negation !== undefined,
        regex: condition.regex !== undefined,
        table: condition.table,
      };
      switch (conditionName(condition)) {
        case "tag":
        case "helo":
        case "auth":
        case "mail-from":
        case "rcpt-to":
          ask(keyword.word as keyof typeof asked, condition);
          break;
        case "tls":
          tls = condition;
          break;
        case "from any":
          from = fromAddress(compared({ ...own, table: "<anyhost>" }));
          break;
        case "from local":
          from = fromAddress(compared({ ...own, table: "<localhost>" }));
          break;
        case "from socket":
          from = {
            kind: "socket",
            asRead: condition,
            negated: own.negated,
            fails: !isAtLeast(this.target, "6.6"),
          };
          break;
        case "from src":
          from = fromAddress(compared(own));
          break;
        case "from rdns": {
          const named = own.table === undefined ? undefined : compared(own);
          from = { kind: "rdns", asRead: condition, negated: own.negated, condition: named };
          break;
        }
        case "from auth":
        case "from mail-from":
          from = fromAddress(plain(condition, "<anyhost>"));
          ask(subject?.word as "auth" | "mail-from", condition);
          break;
        case "for any":
          destination = compared({ ...own, table: "<anydestination>" });
          break;
        case "for local":
          destination = compared({ ...own, table: "<localnames>" });
          break;
        case "for domain":
          destination = compared(own);
          break;
        case "for rcpt-to":
          destination = plain(condition, "<anydestination>");
          ask("rcpt-to", condition);
          break;
      }
    }
    const { auth } = asked;
    return {
      match,
      tag: asked.tag && compared(asked.tag),
      from: from ?? fromAddress(plain("implied", "<localhost>")),
      destination: destination ?? plain("implied", "<localnames>"),
      helo: asked.helo && compared(asked.helo),
      auth: auth && {
        asRead: auth.asRead,
        negated: auth.negated,
        condition: auth.table === undefined ? undefined : compared(auth),
        fails: auth.table !== undefined && !isAtLeast(this.target, "6.7"),
      },
      tls,
      mailFrom: asked["mail-from"] && compared(asked["mail-from"]),
      rcptTo: asked["rcpt-to"] && compared(asked["rcpt-to"]),
    };
  }

  /** The keys of a table as it was read in a rule. */
  private keySet(asRead: Asked["table"], match: Match): KeySet {
    const name = nameOf(asRead);
    if (name === undefined) return this.readKeySet(asRead, match);
    let known = this.byName.get(name);
    if (!known) {
      known = watch(() => this.readKeySet(asRead, match));
      this.byName.set(name, known);
    }
    note(known.looks);
    return known.value;
  }

  private readKeySet(asRead: Asked["table"], match: Match): KeySet {
    // What a text stands for does not depend on its place.
    const isText = typeof asRead !== "object" || asRead.kind === "single-value";
    const keys = this.keysFor(isText ? asRead : partIn(match, asRead));
    // Tables whose keys are not known, or too many to compare, are equal only to themselves.
    const compared = !isComparable(keys) ? undefined : keys instanceof TableFile ? keysOfFile(keys) : keys;
    const identity = compared ? identityOf(compared) : (this.identityOfName(nameOf(asRead)) ?? identityOfNode(asRead));
    const contents = compared && compared.length > 1 ? JSON.stringify(compared) : identity;
    let set = this.byContents.get(contents);
    if (!set) {
      set = new KeySet(identity, keys, this.delimiter, contents);
      this.byContents.set(contents, set);
    }
    return set;
  }

  private identityOfName(name: string | undefined): string | undefined {
    return name === undefined || this.builtins.has(name) ? name : `table ${name}`;
  }

  /** Before 6.4 `user@` is nobody's address; since then it is that of the user in all domains (to.c, mailaddr_match). */
  private keysFor(expression: Asked["table"]): readonly string[] | TableFile | undefined {
    const keys = this.keys(expression);
    if (!keys || isAtLeast(this.target, "6.4")) return keys;
    return (keys instanceof TableFile ? keysOfFile(keys) : keys).filter((key) => !key.endsWith("@"));
  }

  private keys(expression: Asked["table"]): readonly string[] | TableFile | undefined {
    if (expression === undefined) return undefined;
    const name = nameOf(expression);
    if (name !== undefined && this.builtins.has(name)) return this.builtins.get(name);
    if (typeof expression === "string") return undefined;
    if (expression.kind === "single-value")
      return expression.text.faulty ? undefined : [expression.text.value.toLowerCase()];
    const info = this.tables.of(expression);
    return info.file && info.kind !== "none" ? info.file : keysOf(info);
  }
}

interface Asked {
  readonly asRead: AsRead;
  readonly negated: boolean;
  readonly regex: boolean;
  readonly table: TableExpression | string | undefined;
}

/** Undefined for a table that has none. */
function nameOf(expression: Asked["table"]): string | undefined {
  if (typeof expression === "string") return expression;
  if (expression?.kind !== "table-reference") return undefined;
  return expression.name?.value ?? "";
}

const numbers = new WeakMap<TableExpression, number>();
let numberedTables = 0;

/** Of a table without a name, wherever it stands. */
function identityOfNode(asRead: Asked["table"]): string {
  if (typeof asRead !== "object") return "nowhere";
  const number = numbers.get(asRead) ?? ++numberedTables;
  numbers.set(asRead, number);
  return `#${number}`;
}
