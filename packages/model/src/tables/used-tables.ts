import type { Model } from "../model.ts";
import type { TableInfo } from "./table-info.ts";
import { tableUses } from "./table-use.ts";

/** A table, and the first of the places where it stands. */
export interface UsedTable {
  readonly place: string;
  readonly table: TableInfo;
}

/** The tables that stand in places of these names; of those with the same file the first. */
export function tablesUsedAs(places: readonly string[], { config, target, tables }: Model): UsedTable[] {
  const used = new Map<unknown, UsedTable>();
  for (const statement of config.statements) {
    for (const use of tableUses(statement, target)) {
      if (!places.includes(use.place)) continue;
      const table = tables.of(use.table);
      const contents = table.file ?? table;
      if (!used.has(contents)) used.set(contents, { place: use.place, table });
    }
  }
  return [...used.values()];
}
