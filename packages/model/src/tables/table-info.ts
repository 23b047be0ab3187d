import {
  type InlineTable,
  isAtLeast,
  originOf,
  PLACEHOLDER,
  type ReadFailure,
  type Release,
  type SourceFile,
  type Table,
  type TableEntry,
  type TableExpression,
} from "@smtpdlint/grammar";
import { hasConfiguration } from "../values/backends.ts";
import type { TableFile } from "./table-file.ts";

/**
 * What smtpd takes a table for (smtpd.h, table.c):
 * `list` (T_LIST) and `mapping` (T_HASH) by their entries, `dynamic` for a
 * backend that answers itself, `none` for one without contents, `unknown` if
 * that depends on a file which nobody has read.
 */
export type TableKind = "list" | "mapping" | "dynamic" | "none" | "unknown";

/** What is known of a table. */
export interface TableInfo {
  readonly kind: TableKind;
  /** getpwnam answers questions about users and nothing else. */
  readonly usersOnly: boolean;
  /** The entries, if they are in the configuration. */
  readonly entries: readonly TableEntry[] | undefined;
  /** The same as they were read, perhaps elsewhere: for who only asks what they say. */
  readonly entriesAsRead: readonly TableEntry[] | undefined;
  /** The file of a static table, if it was read. */
  readonly file: TableFile | undefined;
  /** What the program of another backend reads at its start, if it was read: the entries, or where they are. */
  readonly configuration: SourceFile | undefined;
  /** Why the file of a static table was not read. */
  readonly failure: ReadFailure | undefined;
  readonly declaration: Table | undefined;
}

/** The tables that smtpd makes itself (config.c), by their names. */
export const builtinTables: ReadonlyMap<string, TableInfo> = new Map(
  (
    [
      ["<anydestination>", "list"],
      ["<anyhost>", "list"],
      ["<localhost>", "list"],
      ["<localnames>", "list"],
      ["<getpwnam>", "dynamic"],
    ] as const
  ).map(([name, kind]) => [name, tableInfo(kind, { usersOnly: name === "<getpwnam>" })]),
);

/** What is known of a table that smtpd makes itself. In 6.4 two of them are no lists, since nobody says that they are. */
export function builtinTable(name: string, target: Release): TableInfo | undefined {
  const isUntyped = !isAtLeast(target, "6.6") && (name === "<anyhost>" || name === "<localhost>");
  return isUntyped ? tableInfo("none") : builtinTables.get(name);
}

/** True for the name of a table that smtpd makes itself. */
export const isBuiltinTable = (name: string): boolean => builtinTables.has(name);

export function tableInfo(
  kind: TableKind,
  { usersOnly = false, entries, file, configuration, failure, declaration }: Partial<TableInfo> = {},
): TableInfo {
  return { kind, usersOnly, entries, entriesAsRead: entries, file, configuration, failure, declaration };
}

/** A table declared with its entries; most are never asked where these stand. */
class DeclaredEntries implements TableInfo {
  readonly kind: TableKind;
  readonly usersOnly = false;
  readonly entriesAsRead: readonly TableEntry[];
  readonly file = undefined;
  readonly configuration = undefined;
  readonly failure = undefined;

  constructor(
    readonly declaration: Table,
    asRead: InlineTable,
  ) {
    this.kind = kindOf(asRead);
    this.entriesAsRead = asRead.entries;
  }

  get entries(): readonly TableEntry[] | undefined {
    return this.declaration.inline?.entries;
  }
}

/** `[backend:]path` taken apart as parse.y does it. */
export interface TableSource {
  readonly backend: string;
  readonly path: string | undefined;
}

export function splitSource(source: string): TableSource {
  if (source.startsWith("/")) return { backend: "static", path: source };
  const colon = source.indexOf(":");
  if (colon === -1) return { backend: source, path: undefined };
  return { backend: source.slice(0, colon), path: source.slice(colon + 1) };
}

/** Where smtpd turns for the contents of a table; undefined for entries in braces, and for what it refuses at sight. */
export function sourceOf(table: Table): TableSource | undefined {
  const { source, broken } = originOf(table);
  if (!source || source.faulty || broken) return undefined;
  const { backend, path } = splitSource(source.value);
  const isRefused = backend === "" || (path !== undefined && !path.startsWith("/"));
  return isRefused ? undefined : { backend, path };
}

/** What a `table` statement declares. `readFile` reads the file of a static table, `readSource` that of a backend's program. */
export function declaredTable(
  table: Table,
  readFile: (path: string) => TableFile | ReadFailure,
  readSource: (path: string) => SourceFile | ReadFailure,
): TableInfo {
  const asRead = originOf(table);
  if (asRead.inline) return new DeclaredEntries(table, asRead.inline);
  const source = sourceOf(asRead);
  if (!source) return tableInfo("unknown", { declaration: table });
  const { backend, path } = source;
  if (backend === "getpwnam") return tableInfo("dynamic", { usersOnly: true, declaration: table });
  if (backend !== "static" && backend !== "file") {
    const source = path !== undefined && hasConfiguration(backend) ? readSource(path) : undefined;
    // Of a template nobody knows what it says.
    const configuration = typeof source === "object" && !source.template ? source : undefined;
    return tableInfo("dynamic", { declaration: table, configuration });
  }
  if (path === undefined) return tableInfo("none", { declaration: table });
  const file = readFile(path);
  if (typeof file === "string") return tableInfo("unknown", { declaration: table, failure: file });
  if (file.malformed) return tableInfo("none", { declaration: table, file });
  // Of a template nobody knows the entries.
  if (file.source.template) return tableInfo(file.size > 0 ? file.kind : "unknown", { declaration: table });
  return tableInfo(file.kind, { declaration: table, file });
}

/** What a table in braces, or a text in place of one, is. */
export function inlineInfo(table: Exclude<TableExpression, { kind: "table-reference" }>): TableInfo {
  if (table.kind === "inline-table") {
    return tableInfo(kindOf(table), { entries: table.entries });
  }
  const { text } = table;
  return tableInfo("list", {
    entries: [{ kind: "table-entry", span: text.span, key: text, assignment: undefined, value: undefined }],
  });
}

function kindOf({ entries, mapping }: InlineTable): TableKind {
  const isOpen = entries.length === 0 || entries.some(({ key }) => key.value.includes(PLACEHOLDER));
  return isOpen ? "unknown" : mapping ? "mapping" : "list";
}
