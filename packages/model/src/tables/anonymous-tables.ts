import type { Config, Release, Span, Statement, TableExpression } from "@smtpdlint/grammar";
import { atKinds, note } from "../looks.ts";
import { tableUsers, tableUses } from "./table-use.ts";

const atUses = atKinds(...tableUsers);

/**
 * The tables without a name, which smtpd calls `<dynamic:N>` and finds under
 * that name: it counts them as it makes them (table_create in table.c).
 */
export class AnonymousTables {
  private counted: Counted | undefined;

  constructor(
    private readonly config: Config,
    private readonly target: Release,
  ) {}

  /** The table of this name, if it stands before the end of `user` and before the reference at `at`, where these are given. */
  find(name: string, user?: Statement, at?: { readonly span: Span }): TableExpression | undefined {
    const number = /^<dynamic:(0|[1-9]\d*)>$/.exec(name)?.[1];
    if (number === undefined) return undefined;
    note(atUses);
    this.counted ??= countTables(this.config, this.target);
    const { tables, untilStatement, untilReference } = this.counted;
    const until = Math.min(
      (user && untilStatement[user.index]) ?? tables.length,
      (at && untilReference.get(keyOf(at.span))) ?? tables.length,
    );
    return Number(number) < until ? tables[Number(number)] : undefined;
  }
}

interface Counted {
  readonly tables: readonly TableExpression[];
  /** How many there are up to the end of each statement, and up to each reference to a table. */
  readonly untilStatement: readonly number[];
  readonly untilReference: ReadonlyMap<string, number>;
}

function countTables({ statements }: Config, target: Release): Counted {
  const tables: TableExpression[] = [];
  const untilReference = new Map<string, number>();
  const untilStatement = statements.map((statement) => {
    for (const { table } of tableUses(statement, target)) {
      if (table.kind !== "table-reference") tables.push(table);
      else if (table.name && !untilReference.has(keyOf(table.name.span))) {
        untilReference.set(keyOf(table.name.span), tables.length);
      }
    }
    return tables.length;
  });
  return { tables, untilStatement, untilReference };
}

const keyOf = ({ file, start }: Span) => `${file}:${start}`;
