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

/** The tables that stand in places of these names; of those with the same file the first. */
export function tablesUsedAs(places: readonly string[], model: Model): UsedTable[] {
  const used = new Map<unknown, UsedTable>();
  for (const use of allTableUses(model)) {
    if (!places.includes(use.place)) continue;
    const table = model.tables.in(use.statement, use.asRead);
    const contents = table.file ?? table;
    if (!used.has(contents)) used.set(contents, { place: use.place, table });
  }
  return [...used.values()];
}
