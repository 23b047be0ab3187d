import {
  type Filter,
  type Listen,
  type Match,
  type MatchCondition,
  originOf,
  partIn,
  type Span,
  type Statement,
  type TableExpression,
  type Text,
} from "@smtpdlint/grammar";
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
  /** True if a rule's condition holds for what is not in the table. */
  readonly isNegated: boolean;
  /** The table that the entry stands in. */
  readonly table: TableExpression;
  /** The same as it was read, perhaps elsewhere: one object for all entries of the table. */
  readonly asRead: TableExpression;
}

/** An entry, and where it is compared; few are asked where they stand. */
class EntryInUse implements ComparedEntry {
  readonly key: string;
  readonly value: string | undefined;

  constructor(
    private readonly entry: Entry,
    readonly place: string,
    readonly service: Service,
    readonly statement: Statement,
    readonly isNegated: boolean,
    readonly asRead: TableExpression,
  ) {
    this.key = entry.key;
    this.value = entry.value;
  }

  get span(): Span {
    return this.entry.span;
  }

  get valueSpan(): Span | undefined {
    return this.entry.valueSpan;
  }

  get table(): TableExpression {
    return partIn(this.statement, this.asRead);
  }
}

/** A text in place of a table. */
class TextEntry implements Entry {
  readonly key: string;
  readonly value = undefined;
  readonly valueSpan = undefined;

  constructor(
    private readonly text: Text,
    private readonly statement: Statement,
  ) {
    this.key = text.value;
  }

  get span(): Span {
    return partIn(this.statement, this.text.span);
  }
}

/** More entries of one table that are wrong in the same way tell nothing new, and a table may be long. */
const mostEntries = 100_000;

/** Names of users are compared as they are: an entry cannot be written in a wrong way. */
const usersOnly: ReadonlySet<string> = new Set(["auth", "from auth", "filter auth"]);

/** All entries that match rules, filters and `senders` compare; of a table that is used in one way many times, once. */
export function collectComparedEntries(
  statements: readonly Statement[],
  tables: Pick<Tables, "in">,
): readonly ComparedEntry[] {
  const collector = new Collector(tables);
  for (const statement of statements) {
    if (statement.broken) continue;
    if (statement.kind === "listen") collector.ofListener(statement);
    else if (statement.kind === "match") collector.ofMatch(statement);
    else if (statement.kind === "filter") collector.ofFilter(statement);
  }
  return collector.found;
}

class Collector {
  readonly found: ComparedEntry[] = [];
  private readonly seen = new Set<string>();

  constructor(private readonly tables: Pick<Tables, "in">) {}

  ofMatch(statement: Match): void {
    for (const condition of originOf(statement).conditions) {
      this.compare(condition, conditionName(condition), statement, condition.negation !== undefined);
    }
  }

  ofFilter(statement: Filter): void {
    const { condition } = originOf(statement);
    if (condition) this.compare(condition, `filter ${condition.keyword.word}`, statement, false);
  }

  ofListener(statement: Listen): void {
    const table = optionOf(originOf(statement), "senders")?.value as TableExpression | undefined;
    if (!table || this.isSeen(table, "senders")) return;
    let count = 0;
    for (const entry of entriesOf(this.tables.in(statement, table))) {
      const { value } = entry;
      const patterns = value === undefined ? "failure" : parseSenders(value);
      if (patterns === "failure") continue;
      for (const { text, offset } of patterns) {
        if (++count > mostEntries) return;
        const pattern = new SendersPattern(text, offset, entry);
        this.found.push(new EntryInUse(pattern, "senders", "mailaddr", statement, false, table));
      }
    }
  }

  private compare({ regex, table }: Compared, place: string, statement: Statement, isNegated: boolean): void {
    const service = comparisonFor(place, regex !== undefined);
    if (service === undefined || table === undefined || usersOnly.has(place)) return;
    const add = (entry: Entry) => this.found.push(new EntryInUse(entry, place, service, statement, isNegated, table));
    if (table.kind === "single-value") {
      if (!table.text.faulty) add(new TextEntry(table.text, statement));
      return;
    }
    if (this.isSeen(table, `${service} ${place}`)) return;
    let count = 0;
    for (const entry of entriesOf(this.tables.in(statement, table))) {
      if (++count > mostEntries) break;
      add(entry);
    }
  }

  /** True if a table with a name was asked for in this way before. */
  private isSeen(table: TableExpression, way: string): boolean {
    if (table.kind !== "table-reference") return false;
    const key = `${way} ${table.name?.value}`;
    if (this.seen.has(key)) return true;
    this.seen.add(key);
    return false;
  }
}

/** One of the patterns of an entry of `senders`. */
class SendersPattern implements Entry {
  readonly value = undefined;
  readonly valueSpan = undefined;

  constructor(
    readonly key: string,
    private readonly offset: number,
    private readonly entry: Entry,
  ) {}

  get span(): Span {
    const { value, valueSpan, span } = this.entry;
    if (!valueSpan) return span;
    // In the configuration there are quotes around it.
    if (valueSpan.end - valueSpan.start !== value?.length) return valueSpan;
    const start = valueSpan.start + this.offset;
    return { file: valueSpan.file, start, end: start + this.key.length };
  }
}

type Compared = Pick<MatchCondition, "regex" | "table">;
