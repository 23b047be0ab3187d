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
  conditionName,
  keysOf,
  keysOfFile,
  type Model,
  subAddressDelimiter,
  TableFile,
  type Tables,
} from "@smtpdlint/model";
import { builtinKeys, type Environment } from "./environment.ts";
import { identityOf, isComparable, KeySet } from "./key-set.ts";
import type { Lookup, Service } from "./lookup.ts";

/** What a match rule asks of one property of a message: that a table has it, or, negated, that it has not. */
export class Condition {
  constructor(
    /** As it was read, perhaps elsewhere, for who only asks what it says; `implied` if nobody wrote it. */
    readonly asRead: MatchCondition | "implied",
    readonly negated: boolean,
    readonly regex: boolean,
    readonly table: KeySet,
    /** The statement that it is written in, which may have moved since. */
    private readonly match?: Match,
  ) {}

  /** Where it is written; `implied` if nobody wrote it. */
  get origin(): MatchCondition | "implied" {
    const { asRead, match } = this;
    return asRead === "implied" || !match ? asRead : partIn(match, asRead);
  }

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
      readonly origin: Condition["origin"];
      readonly negated: boolean;
      /** True for 6.4, which cannot tell and fails temporarily. */
      readonly fails?: boolean;
    }
  /** The host must have a reverse name, or, without a condition, may have none if negated. */
  | {
      readonly kind: "rdns";
      readonly origin: MatchCondition;
      readonly negated: boolean;
      readonly condition: Condition | undefined;
    };

/** Whether the client is logged in, and as whom. */
export interface AuthCondition {
  readonly origin: MatchCondition;
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
  readonly tls: MatchCondition | undefined;
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

/** Turns match rules into conditions; equal tables share their keys. */
export class RulesetBuilder {
  private readonly byName = new Map<string, KeySet>();
  private readonly byIdentity = new Map<string, KeySet>();
  private readonly builtins: ReadonlyMap<string, readonly string[] | undefined>;

  private readonly tables: Pick<Tables, "of">;
  private readonly delimiter: string;
  private readonly target: Release;

  constructor(model: Pick<Model, "tables" | "statementsOf" | "target">, environment: Environment) {
    this.tables = model.tables;
    this.delimiter = subAddressDelimiter(model);
    this.target = model.target;
    this.builtins = builtinKeys(environment);
  }

  build(match: Match): MatchRule {
    let from: Origin | undefined;
    let destination: Condition | undefined;
    let tls: MatchCondition | undefined;
    // What stands twice is overridden, but a regex stays one and a table stays if there is no other.
    const asked: { [K in "tag" | "helo" | "auth" | "mail-from" | "rcpt-to"]?: Asked } = {};
    const ask = (property: keyof typeof asked, condition: MatchCondition) => {
      const before = asked[property];
      asked[property] = {
        origin: condition,
        negated: condition.negation !== undefined,
        regex: before?.regex || condition.regex !== undefined,
        table: condition.table ?? before?.table,
      };
    };
    const compared = (asked: Asked) =>
      new Condition(asked.origin, asked.negated, asked.regex, this.keySet(asked.table, match), match);
    const plain = (origin: Asked["origin"], table: string) => compared({ origin, negated: false, regex: false, table });

    const fromAddress = (condition: Condition): Origin => ({
      kind: "address",
      condition,
      usersAreLocal: !isAtLeast(this.target, "6.4"),
    });

    // Most are never asked where they stand.
    for (const condition of originOf(match).conditions) {
      const { keyword, subject } = condition;
      const own: Asked = {
        origin: condition,
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
          tls = partIn(match, condition);
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
            origin: partIn(match, condition),
            negated: own.negated,
            fails: !isAtLeast(this.target, "6.6"),
          };
          break;
        case "from src":
          from = fromAddress(compared(own));
          break;
        case "from rdns": {
          const named = own.table === undefined ? undefined : compared(own);
          from = { kind: "rdns", origin: partIn(match, condition), negated: own.negated, condition: named };
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
        origin: partIn(match, auth.origin as MatchCondition),
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
    let set = name === undefined ? undefined : this.byName.get(name);
    if (!set) {
      // What a text stands for does not depend on its place.
      const isText = typeof asRead !== "object" || asRead.kind === "single-value";
      const keys = this.keysFor(isText ? asRead : partIn(match, asRead));
      // Tables whose keys are not known, or too many to compare, are equal only to themselves.
      const identity = isComparable(keys)
        ? identityOf(keys instanceof TableFile ? keysOfFile(keys) : keys)
        : (this.identityOfName(name) ?? identityAt(asRead, match));
      set = this.byIdentity.get(identity);
      if (!set) {
        set = new KeySet(identity, keys, this.delimiter);
        this.byIdentity.set(identity, set);
      }
      if (name !== undefined) this.byName.set(name, set);
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
  readonly origin: Condition["origin"];
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

function identityAt(asRead: Asked["table"], match: Match): string {
  if (typeof asRead !== "object") return "nowhere";
  const { file, start } = partIn(match, asRead.span);
  return `${file}:${start}`;
}
