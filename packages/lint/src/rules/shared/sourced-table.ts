import { originOf, type Table } from "@smtpdlint/grammar";
import type { TableInfo } from "@smtpdlint/model";
import type { Context } from "../../rule.ts";

/** What is known of a table whose entries are elsewhere; of one with its entries in braces nobody need look further. */
export const sourcedTable = (table: Table, context: Pick<Context, "model">): TableInfo | undefined =>
  originOf(table).source && context.model.tables.declared(table);
