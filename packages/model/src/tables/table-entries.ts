import type { Span } from "@smtpdlint/grammar";
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
export function* entriesOf({ entries, file }: TableInfo): Generator<Entry> {
  for (const { key, value } of entries ?? []) {
    if (key.faulty || value?.faulty) continue;
    yield { key: key.value, span: key.span, value: value?.value, valueSpan: value?.span };
  }
  for (let index = 0; file && index < file.size; index++) {
    const mapping = file.kind === "mapping";
    yield {
      key: file.key(index),
      span: file.keySpan(index),
      value: mapping ? file.value(index) : undefined,
      valueSpan: mapping ? file.valueSpan(index) : undefined,
    };
  }
}
