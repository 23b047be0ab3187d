import type { Config, Release, Span, Statement, TableExpression } from "@smtpdlint/grammar";
import { tableUses } from "./table-use.ts";

/** The tables without a name, which smtpd counts as it makes them (table_create in table.c). */
export class AnonymousTables {
  private readonly tables: TableExpression[] = [];
  /** How many there are up to the end of each statement, and up to each reference to a table. */
  private readonly untilStatement: number[] = [];
  private readonly untilReference = new Map<string, number>();

  constructor(config: Config, target: Release) {
    for (const statement of config.statements) {
      for (const { table } of tableUses(statement, target)) {
        if (table.kind !== "table-reference") this.tables.push(table);
        else if (table.name) {
          const key = keyOf(table.name.span);
          if (!this.untilReference.has(key)) this.untilReference.set(key, this.tables.length);
        }
      }
      this.untilStatement.push(this.tables.length);
    }
  }

  /** The table of this number, if it stands before the end of `user` and before the reference at `at`, where these are given. */
  find(number: number, user: Statement | undefined, at: Span | undefined): TableExpression | undefined {
    const until = Math.min(
      (user && this.untilStatement[user.index]) ?? this.tables.length,
      (at && this.untilReference.get(keyOf(at))) ?? this.tables.length,
    );
    return number < until ? this.tables[number] : undefined;
  }
}

const keyOf = ({ file, start }: Span) => `${file}:${start}`;
