import { type Match, originOf, partIn, type Table, type TableExpression } from "@smtpdlint/grammar";
import { entriesOf, type Model, parseRelayUrl, splitSource, type TableInfo } from "@smtpdlint/model";
import { membersOf, sortedMembers } from "../expansion/members.ts";
import { identityOf, type KeySet } from "../key-set.ts";
import type { AsRead, Condition } from "../ruleset.ts";
import { textAt } from "./text-at.ts";

/**
 * Says of tables what makes two of them the same, whatever their names: what
 * they hold or, where nobody has read that, where smtpd looks it up.
 */
export class Contents {
  private readonly byKeySet = new Map<KeySet, string>();
  /** By their conditions. */
  private matches: ReadonlyMap<AsRead, Match> | undefined;
  private readonly byInfo = new Map<Compared, Map<TableInfo, string>>();
  /** The tables of which nobody knows what they hold, as they are named to people. */
  readonly unread = new Set<string>();

  constructor(
    private readonly model: Model,
    /** What stands before what can be the same on one side only. */
    private readonly side: string,
  ) {}

  /** Of the keys of a table that a condition asks. */
  ofKeys({ table: set, asRead }: Pick<Condition, "table" | "asRead">): string {
    let found = this.byKeySet.get(set);
    if (found === undefined) {
      const { keys, identity } = set;
      found = keys
        ? identityOf([...new Set(keys)])
        : this.ofUnread(identity.replace(/^table (.*)$/s, "<$1>"), this.tableOf(asRead));
      this.byKeySet.set(set, found);
    }
    return found;
  }

  /** The table of a condition, where it stands. */
  private tableOf(asRead: AsRead): TableExpression | undefined {
    const table = asRead === "implied" ? undefined : asRead.table;
    if (asRead === "implied" || !table || table.kind === "table-reference") return table;
    this.matches ??= new Map(
      this.model.matches.flatMap((match) => originOf(match).conditions.map((condition) => [condition, match] as const)),
    );
    const match = this.matches.get(asRead);
    return match ? partIn(match, table) : table;
  }

  /** Of a table whose values count too; in their order. */
  of(expression: TableExpression, compared: Compared = asIs): string {
    const info = this.model.tables.of(expression);
    // Of a table in place the information is made anew each time.
    const isKept = expression.kind === "table-reference";
    const kept = isKept ? this.byInfo.get(compared)?.get(info) : undefined;
    if (kept !== undefined) return kept;
    const found = this.describe(expression, info, compared);
    const known = this.byInfo.get(compared) ?? new Map<TableInfo, string>();
    this.byInfo.set(compared, known);
    if (isKept) known.set(info, found);
    return found;
  }

  private describe(expression: TableExpression, info: TableInfo, compared: Compared): string {
    const { kind, entries, file, usersOnly } = info;
    if (usersOnly) return "getpwnam";
    if (kind === "none") return "none";
    const isRead =
      (kind === "list" || kind === "mapping") &&
      (entries ? !entries.some(({ key, value }) => key.faulty || value?.faulty) : file !== undefined);
    if (!isRead) return this.ofUnread(nameOf(expression), expression);
    if (kind === "list") return JSON.stringify(Array.from(entriesOf(info), ({ key }) => compared(key)));
    return JSON.stringify([...(valuesOf(info, compared) ?? [])].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  /** The place where smtpd looks things up; for a name that leads nowhere, the side. */
  ofUnread(name: string, expression?: TableExpression): string {
    // What stands in place says by its text where a template gets it from.
    const isNamed = expression === undefined || expression.kind === "table-reference";
    const place = isNamed ? this.placeOf(name) : textAt(expression.span, this.model);
    this.unread.add(place ?? name);
    return place ?? `${this.side}: ${name}`;
  }

  private placeOf(name: string): string | undefined {
    // smtpd makes these on the machine.
    if (name === "<localhost>" || name === "<localnames>") return name;
    const [definition] = this.model.symbols.definitionsOf("table", name.replace(/^<(.*)>$/s, "$1"));
    const source = (definition?.statement as Table | undefined)?.source;
    if (!source || source.faulty) return undefined;
    const { backend, path } = splitSource(source.value);
    const service = backend === "static" ? "file" : backend;
    return path === undefined ? service : `${service}:${path}`;
  }
}

/** A text by which values are compared. */
export type Compared = (value: string) => string;

const asIs: Compared = (value) => value;

/** Of an alias: its members, whose order does not matter. */
export const membersIn: Compared = (value) => {
  const { members, complete } = membersOf(value);
  return JSON.stringify([sortedMembers(members), complete]);
};

/** Of a relay: what it is without what goes without saying. */
export const relayIn: Compared = (value) => {
  const url = parseRelayUrl(value);
  return "reason" in url ? value : JSON.stringify([url.scheme, url.label, url.host.toLowerCase(), url.port]);
};

/** The entries of a table by their keys, as smtpd looks them up; undefined if nobody knows them. */
export function valuesOf(info: TableInfo, compared: Compared = asIs): ReadonlyMap<string, string> | undefined {
  if (info.kind !== "mapping" || !(info.entries || info.file)) return undefined;
  return new Map(Array.from(entriesOf(info), ({ key, value }) => [key.toLowerCase(), compared(value ?? "")]));
}

const nameOf = (table: TableExpression) =>
  table.kind === "table-reference" ? `<${table.name?.value ?? ""}>` : `${table.span.file}:${table.span.start}`;
