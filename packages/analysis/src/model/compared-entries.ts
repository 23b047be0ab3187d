import type { MatchCondition, Statement } from "@smtpdlint/grammar";
import type { Service } from "./lookup.ts";
import type { Model } from "./model.ts";
import { placeOf } from "./place.ts";
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
  const found: ComparedEntry[] = [];
  const seen = new Set<string>();
  const collect = (compared: Compared, place: string, statement: Statement, condition: MatchCondition | undefined) => {
    const { regex, table } = compared;
    const service = regex ? "regex" : Object.hasOwn(services, place) ? services[place] : undefined;
    if (service === undefined || table === undefined) return;
    if (table.kind === "single-value") {
      const { value: key, span, faulty } = table.text;
      if (!faulty)
        found.push({ key, span, value: undefined, valueSpan: undefined, place, service, statement, condition });
      return;
    }
    if (table.kind === "table-reference") {
      const key = `${service} ${place} ${table.name?.value}`;
      if (seen.has(key)) return;
      seen.add(key);
    }
    let count = 0;
    for (const { key, span, value, valueSpan } of entriesOf(model.table(table))) {
      if (++count > mostEntries) break;
      found.push({ key, span, value, valueSpan, place, service, statement, condition });
    }
  };
  for (const statement of model.config.statements) {
    if (statement.broken) continue;
    if (statement.kind === "match") {
      for (const condition of statement.conditions) collect(condition, placeOf(condition), statement, condition);
    } else if (statement.kind === "filter" && statement.condition) {
      collect(statement.condition, `filter ${statement.condition.keyword.word}`, statement, undefined);
    }
  }
  return found;
}

type Compared = Pick<MatchCondition, "regex" | "table">;
