import type { Listen, MatchCondition, Statement, TableExpression } from "@smtpdlint/grammar";
import { conditionName, type Entry, entriesOf, optionOf, type Tables } from "@smtpdlint/model";
import { comparisonFor } from "./comparison.ts";
import type { Service } from "./lookup.ts";
import { parseSenders } from "./session/senders.ts";

/** An entry of a table that a rule, a filter or `senders` compares with something of a message. */
export interface ComparedEntry extends Entry {
  /** As the manual names the place: `for domain`, `from src`, `rcpt-to`, `filter src`, `senders`. */
  readonly place: string;
  readonly service: Service;
  readonly statement: Statement;
  readonly condition: MatchCondition | undefined;
  /** The table that the entry stands in. */
  readonly table: TableExpression;
}

/** More entries of one table that are wrong in the same way tell nothing new, and a table may be long. */
const mostEntries = 100_000;

/** Names of users are compared as they are: an entry cannot be written in a wrong way. */
const usersOnly: ReadonlySet<string> = new Set(["auth", "from auth", "filter auth"]);

/** All entries that match rules, filters and `senders` compare; of a table that is used in one way many times, once. */
export function collectComparedEntries(statements: readonly Statement[], tables: Pick<Tables, "of">): ComparedEntry[] {
  const found: ComparedEntry[] = [];
  const seen = new Set<string>();
  const collect = (compared: Compared, place: string, statement: Statement, condition: MatchCondition | undefined) => {
    const { regex, table } = compared;
    const service = comparisonFor(place, regex !== undefined);
    if (service === undefined || table === undefined || usersOnly.has(place)) return;
    if (table.kind === "single-value") {
      const { value: key, span, faulty } = table.text;
      if (!faulty)
        found.push({ key, span, value: undefined, valueSpan: undefined, place, service, statement, condition, table });
      return;
    }
    if (table.kind === "table-reference") {
      const key = `${service} ${place} ${table.name?.value}`;
      if (seen.has(key)) return;
      seen.add(key);
    }
    let count = 0;
    for (const { key, span, value, valueSpan } of entriesOf(tables.of(table))) {
      if (++count > mostEntries) break;
      found.push({ key, span, value, valueSpan, place, service, statement, condition, table });
    }
  };
  const collectSenders = (listener: Listen) => {
    const table = optionOf(listener, "senders")?.value as TableExpression | undefined;
    const name = table?.kind === "table-reference" ? table.name?.value : undefined;
    if (!table || (name !== undefined && seen.has(`senders ${name}`))) return;
    if (name !== undefined) seen.add(`senders ${name}`);
    let count = 0;
    for (const entry of entriesOf(tables.of(table))) {
      const { value, valueSpan } = entry;
      const patterns = value === undefined ? "failure" : parseSenders(value);
      if (patterns === "failure" || !valueSpan) continue;
      // In the configuration there are quotes around it.
      const isBare = valueSpan.end - valueSpan.start === value?.length;
      for (const { text, offset } of patterns) {
        if (++count > mostEntries) return;
        const start = valueSpan.start + offset;
        const span = isBare ? { ...valueSpan, start, end: start + text.length } : valueSpan;
        const rest = { value: undefined, valueSpan: undefined, condition: undefined, statement: listener, table };
        found.push({ key: text, span, place: "senders", service: "mailaddr", ...rest });
      }
    }
  };
  for (const statement of statements) {
    if (statement.broken) continue;
    if (statement.kind === "listen") collectSenders(statement);
    if (statement.kind === "match") {
      for (const condition of statement.conditions) collect(condition, conditionName(condition), statement, condition);
    } else if (statement.kind === "filter" && statement.condition) {
      collect(statement.condition, `filter ${statement.condition.keyword.word}`, statement, undefined);
    }
  }
  return found;
}

type Compared = Pick<MatchCondition, "regex" | "table">;
