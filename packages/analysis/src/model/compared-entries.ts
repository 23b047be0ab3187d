import type { Match, MatchCondition, Statement, TableExpression } from "@smtpdlint/grammar";
import type { Service } from "./lookup.ts";
import type { Model } from "./model.ts";
import { type Entry, entriesOf } from "./table-entries.ts";

/** An entry of a table that a rule or a filter compares with something of a message. */
export interface ComparedEntry extends Entry {
  /** As the manual names the place: `for domain`, `from src`, `rcpt-to`, `filter src`. */
  readonly place: string;
  readonly service: Service;
  readonly statement: Statement;
  readonly condition: MatchCondition | undefined;
}

/** More entries of one table that are wrong in the same way tell nothing new, and a table may be long. */
const mostEntries = 100_000;

const services: Readonly<Record<string, Service>> = {
  tag: "string",
  helo: "domain",
  "mail-from": "mailaddr",
  "rcpt-to": "mailaddr",
  "from src": "netaddr",
  // ruleset.c compares a reverse name as an address.
  "from rdns": "netaddr",
  "from mail-from": "mailaddr",
  "for domain": "domain",
  "for rcpt-to": "mailaddr",
  "filter rdns": "domain",
  "filter src": "netaddr",
  "filter helo": "domain",
  "filter mail-from": "mailaddr",
  "filter rcpt-to": "mailaddr",
};

/** All entries that rules and filters compare; of a table that is used in one way many times, once. */
export function collectComparedEntries(model: Model): ComparedEntry[] {
  return [...comparedEntries(model)];
}

function* comparedEntries(model: Model): Generator<ComparedEntry> {
  const seen = new Set<unknown>();
  for (const { place, regex, table, statement, condition } of comparisons(model)) {
    if (statement.broken || table === undefined) continue;
    const service = regex ? "regex" : Object.hasOwn(services, place) ? services[place] : undefined;
    if (service === undefined) continue;
    if (table.kind === "table-reference") {
      const key = `${service} ${place} ${table.name?.value}`;
      if (seen.has(key)) continue;
      seen.add(key);
    }
    let count = 0;
    for (const entry of entriesOf(model.table(table))) {
      if (++count > mostEntries) break;
      yield { ...entry, place, service, statement, condition };
    }
  }
}

interface Comparison {
  readonly place: string;
  readonly regex: boolean;
  readonly table: TableExpression | undefined;
  readonly statement: Statement;
  readonly condition: MatchCondition | undefined;
}

function* comparisons({ config }: Model): Generator<Comparison> {
  for (const statement of config.statements) {
    if (statement.kind === "match") yield* ofMatch(statement);
    if (statement.kind !== "filter" || !statement.condition) continue;
    const { keyword, regex, table } = statement.condition;
    yield { place: `filter ${keyword.word}`, regex: regex !== undefined, table, statement, condition: undefined };
  }
}

function* ofMatch(statement: Match): Generator<Comparison> {
  for (const condition of statement.conditions) {
    const { keyword, subject, regex, table } = condition;
    const place = subject ? `${keyword.word} ${subject.word}` : keyword.word;
    yield { place, regex: regex !== undefined, table, statement, condition };
  }
}
