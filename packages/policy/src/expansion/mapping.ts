import { type Entry, entriesOf, type TableInfo } from "@smtpdlint/model";

/** The values of a table by their keys, as smtpd looks them up: keys in lower case, and of equal ones the last. */
export class Mapping {
  private entries: ReadonlyMap<string, Entry> | undefined;

  constructor(
    /** For people and for questions: the table as written. */
    readonly name: string,
    private readonly table: TableInfo,
  ) {}

  /** Where the contents are, as it is written; undefined for entries in the configuration. */
  get source(): string | undefined {
    return this.table.declaration?.source?.value;
  }

  /** True for a table that a program or a database answers for: it may fail. */
  get mayFail(): boolean {
    return this.table.kind === "dynamic";
  }

  /** Undefined if nobody knows what the table holds. */
  find(key: string): Entry | "missing" | undefined {
    if (!this.isKnown) return undefined;
    this.entries ??= new Map(Array.from(entriesOf(this.table), (entry) => [entry.key.toLowerCase(), entry]));
    return this.entries.get(key) ?? "missing";
  }

  private get isKnown(): boolean {
    const { kind, entries, file } = this.table;
    if (kind !== "list" && kind !== "mapping") return false;
    return entries ? !entries.some(({ key, value }) => key.faulty || value?.faulty) : file !== undefined;
  }
}
