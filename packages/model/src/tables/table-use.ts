import {
  isAlive,
  type Lifetime,
  originOf,
  partIn,
  type Release,
  type Statement,
  type TableExpression,
} from "@smtpdlint/grammar";
import { conditionName } from "../condition-name.ts";
import type { Reference } from "../symbols/names.ts";
import type { TableKind } from "./table-info.ts";

/** Where a table stands, and what smtpd wants it to be there (parse.y, table_check_use). */
export interface TableUse {
  /** As the manual names the place: `alias`, `match tag`, `from src regex`. */
  readonly place: string;
  /** Undefined where smtpd does not check. */
  readonly kinds: readonly ("list" | "mapping")[] | undefined;
  /** True if the backend getpwnam can serve it. */
  readonly users: boolean;
  readonly table: TableExpression;
  /** The same as it was read, perhaps elsewhere: for who only asks what it says. */
  readonly asRead: TableExpression;
  readonly statement: Statement;
}

/** A use in a statement that has moved since it was read; few are asked where they stand. */
class MovedUse implements TableUse {
  readonly place: TableUse["place"];
  readonly kinds: TableUse["kinds"];
  readonly users: boolean;
  readonly asRead: TableExpression;
  private own: TableExpression | undefined;

  constructor(
    use: TableUse,
    readonly statement: Statement,
  ) {
    this.place = use.place;
    this.kinds = use.kinds;
    this.users = use.users;
    this.asRead = use.asRead;
  }

  get table(): TableExpression {
    this.own ??= partIn(this.statement, this.asRead);
    return this.own;
  }
}

interface Demand {
  readonly list?: Lifetime | true;
  readonly mapping?: Lifetime | true;
  readonly users?: true;
}

const list: Demand = { list: true };
const mapping: Demand = { mapping: true };
const listOrNewMapping: Demand = { list: true, mapping: { since: "7.5" } };

const actionOptions: Readonly<Record<string, Demand>> = {
  alias: mapping,
  virtual: mapping,
  userbase: { ...mapping, users: true },
  "helo-src": mapping,
  src: listOrNewMapping,
  host: list,
  domain: mapping,
  auth: mapping,
};

const listenOptions: Readonly<Record<string, Demand>> = {
  hostnames: mapping,
  senders: mapping,
};

const conditions: Readonly<Record<string, Demand>> = {
  tag: list,
  helo: list,
  auth: listOrNewMapping,
  "mail-from": listOrNewMapping,
  "rcpt-to": listOrNewMapping,
  "from src": list,
  "from rdns": list,
  "from auth": list,
  "from mail-from": listOrNewMapping,
  "for domain": list,
  "for rcpt-to": listOrNewMapping,
};

/** The tables that a statement uses. */
export function tableUses(statement: Statement, target: Release): readonly TableUse[] {
  if (!users.has(statement.kind)) return none;
  const origin = originOf(statement);
  let known = asRead.get(origin);
  if (known?.target !== target) {
    known = { target, uses: usesIn(origin, target) };
    asRead.set(origin, known);
  }
  const { uses } = known;
  return origin === statement || uses.length === 0 ? uses : uses.map((use) => new MovedUse(use, statement));
}

/** The uses in a statement where it was read. */
const asRead = new WeakMap<Statement, { readonly target: Release; readonly uses: readonly TableUse[] }>();

/** Statements that can use tables; most others are definitions. */
export const tableUsers = ["action", "listen", "match", "filter"] as const;
const users: ReadonlySet<Statement["kind"]> = new Set(tableUsers);
const none: readonly TableUse[] = [];

function usesIn(statement: Statement, target: Release): TableUse[] {
  const uses: TableUse[] = [];
  const add = (place: string, demand: Demand | undefined, table: TableExpression) => {
    const kinds = demand && kindsFor(demand, target);
    uses.push({ place, kinds, users: demand?.users ?? false, table, asRead: table, statement });
  };
  if (statement.kind === "action" || statement.kind === "listen") {
    const demands = statement.kind === "action" ? actionOptions : listenOptions;
    for (const { keyword, value } of statement.options) {
      if (isTable(value)) add(keyword.word, own(demands, keyword.word), value);
    }
  } else if (statement.kind === "match") {
    for (const condition of statement.conditions) {
      const { regex, table } = condition;
      if (!table) continue;
      const place = conditionName(condition);
      const demand = own(conditions, place);
      add(regex ? `${place} regex` : place, regex && demand ? list : demand, table);
    }
  } else if (statement.kind === "filter" && statement.condition?.table) {
    add(`filter ${statement.condition.keyword.word}`, undefined, statement.condition.table);
  }
  return uses;
}

/** True for a reference to a table where only a mapping will do. */
export function wantsMapping(reference: Reference, target: Release): boolean {
  const kinds = useAt(reference, target)?.kinds;
  return kinds !== undefined && !kinds.includes("list");
}

/** What a table is used for where a reference names it; undefined for another reference. */
export function useAt({ statement, span }: Reference, target: Release): TableUse | undefined {
  const uses = statement ? tableUses(statement, target) : [];
  return uses.find(({ table }) => table.span.start <= span.start && span.end <= table.span.end);
}

function kindsFor({ list, mapping }: Demand, target: Release): readonly ("list" | "mapping")[] {
  const isTaken = (lifetime: Lifetime | true | undefined) =>
    lifetime === true || (lifetime !== undefined && isAlive(lifetime, target));
  if (!isTaken(list)) return isTaken(mapping) ? mappingsOnly : nothing;
  return isTaken(mapping) ? everything : listsOnly;
}

const nothing = [] as const;
const listsOnly = ["list"] as const;
const mappingsOnly = ["mapping"] as const;
const everything = ["list", "mapping"] as const;

/** True if a table of this kind may stand in a place that wants `kinds`. */
export function isUsable(kind: TableKind, usersOnly: boolean, use: TableUse): boolean {
  if (!use.kinds || kind === "unknown") return true;
  if (kind === "dynamic") return !usersOnly || use.users;
  return kind !== "none" && use.kinds.includes(kind);
}

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

function isTable(value: unknown): value is TableExpression {
  const kind = (value as { kind?: string } | undefined)?.kind;
  return kind === "table-reference" || kind === "inline-table" || kind === "single-value";
}
