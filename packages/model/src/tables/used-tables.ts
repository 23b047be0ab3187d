import { originOf, type Statement } from "@smtpdlint/grammar";
import type { Model } from "../model.ts";
import { oncePer } from "../once-per.ts";
import type { TableInfo } from "./table-info.ts";
import { type TableUse, tableUsers, tableUses } from "./table-use.ts";

/** The tables that all statements use, in their order. */
export const allTableUses = oncePer((model: Model): readonly TableUse[] =>
  model.statementsOf(...tableUsers).flatMap((statement) => tableUses(statement, model.target)),
);

/** A table, and the first of the places where it stands. */
export interface UsedTable {
  readonly place: string;
  readonly table: TableInfo;
}

/** The tables that statements use in places of these names; of those with the same file the first. */
export function tablesUsedAs(
  places: readonly string[],
  statements: readonly Statement[],
  { tables, target }: Model,
): UsedTable[] {
  const used = new Map<unknown, UsedTable>();
  for (const statement of statements) {
    for (const { place, asRead } of tableUses(originOf(statement), target)) {
      if (!places.includes(place)) continue;
      const table = tables.in(statement, asRead);
      const contents = table.file ?? table;
      if (!used.has(contents)) used.set(contents, { place, table });
    }
  }
  return [...used.values()];
}
