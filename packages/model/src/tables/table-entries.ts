import type { Span, TableEntry } from "@smtpdlint/grammar";
import type { TableFile } from "./table-file.ts";
import type { TableInfo } from "./table-info.ts";

/** An entry of a table with the places of its parts. */
export interface Entry {
  readonly key: string;
  readonly span: Span;
  /** Of a mapping. */
  readonly value: string | undefined;
  readonly valueSpan: Span | undefined;
}

/** The entries of a table, from the configuration or its file; none if they are not known. Unknown texts are left out. */
export function* entriesOf(info: Pick<TableInfo, "entries" | "entriesAsRead" | "file">): Generator<Entry> {
  const { entriesAsRead = [], file } = info;
  for (const [index, { key, value }] of entriesAsRead.entries()) {
    if (!key.faulty && !value?.faulty) yield new WrittenEntry(key.value, value?.value, info, index);
  }
  for (let index = 0; file && index < file.size; index++) yield new FileEntry(file, index);
}

/** An entry in the configuration, of which few are asked where they stand. */
class WrittenEntry implements Entry {
  constructor(
    readonly key: string,
    readonly value: string | undefined,
    private readonly info: Pick<TableInfo, "entries">,
    private readonly index: number,
  ) {}

  private get node(): TableEntry {
    return this.info.entries?.[this.index] as TableEntry;
  }

  get span(): Span {
    return this.node.key.span;
  }

  get valueSpan(): Span | undefined {
    return this.node.value?.span;
  }
}

/** A line of a table's file. */
class FileEntry implements Entry {
  readonly key: string;
  readonly value: string | undefined;

  constructor(
    private readonly file: TableFile,
    private readonly index: number,
  ) {
    this.key = file.key(index);
    this.value = file.kind === "mapping" ? file.value(index) : undefined;
  }

  get span(): Span {
    return this.file.keySpan(this.index);
  }

  get valueSpan(): Span | undefined {
    return this.file.kind === "mapping" ? this.file.valueSpan(this.index) : undefined;
  }
}
