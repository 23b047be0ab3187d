import type { TableFile } from "./table-file.ts";
import type { TableFacts } from "./tables.ts";

/** The keys of a table as smtpd keeps them, in lower case; undefined if they are not known. */
export function keysOf({ entries, file, kind }: TableFacts): readonly string[] | undefined {
  if (kind === "unknown" || kind === "dynamic" || kind === "none") return undefined;
  if (entries) {
    if (entries.some(({ key }) => key.faulty)) return undefined;
    return entries.map(({ key }) => key.value.toLowerCase());
  }
  return file && keysOfFile(file);
}

/** The keys of a table's file, likewise. */
export function keysOfFile(file: TableFile): readonly string[] {
  return Array.from({ length: file.size }, (_, index) => file.key(index).toLowerCase());
}
