import { Candidates } from "../text/nearest.ts";
import type { TableFile } from "./table-file.ts";
import type { TableInfo } from "./table-info.ts";

/** The keys of a table as smtpd keeps them, in lower case; undefined if they are not known. */
export function keysOf({ entriesAsRead, file, kind }: TableInfo): readonly string[] | undefined {
  if (kind !== "list" && kind !== "mapping") return undefined;
  if (entriesAsRead) {
    if (entriesAsRead.some(({ key }) => key.faulty)) return undefined;
    return entriesAsRead.map(({ key }) => key.value.toLowerCase());
  }
  return file && keysOfFile(file);
}

/** The keys of a table's file, likewise. */
export function keysOfFile(file: TableFile): readonly string[] {
  return Array.from({ length: file.size }, (_, index) => file.key(index).toLowerCase());
}

/** The keys of one table, for many questions. */
export class Keys {
  private readonly all: ReadonlySet<string>;
  private candidates: Candidates | undefined;

  /** In lower case. */
  constructor(keys: readonly string[]) {
    this.all = new Set(keys);
  }

  has(key: string): boolean {
    return this.all.has(key);
  }

  /** The key of which a text is most likely a slip. */
  nearest(text: string): string | undefined {
    this.candidates ??= new Candidates(this.all);
    return this.candidates.nearest(text);
  }
}
