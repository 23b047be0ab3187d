import type { Span } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { type Context, defineRule } from "../../rule.ts";
import { sourcedTable } from "../shared/sourced-table.ts";

/** Keys are compared in lower case, and the last one wins (table_static.c; table.c in 6.4). */
export const rule = defineRule({
  meta: {
    id: "duplicate-key",
    category: "suspicious",
    summary: "a key that a table has twice, with different values",
    messages: { duplicate: "the key {key} is given again: its value above is lost" },
  },
  visit: {
    "inline-table"({ mapping, entries }, context) {
      if (!mapping) return;
      const known = entries.flatMap(({ key, value }) =>
        value && !key.faulty && !value.faulty ? [{ key, value }] : [],
      );
      check(
        {
          size: known.length,
          key: (index) => known[index]?.key.value ?? "",
          value: (index) => known[index]?.value.value ?? "",
          keySpan: (index) => (known[index] as (typeof known)[number]).key.span,
        },
        context,
      );
    },
    table(table, context) {
      const file = sourcedTable(table, context)?.file;
      if (file?.kind === "mapping") check(file, context);
    },
  },
});

/** A mapping's entries, in order. */
interface Entries {
  readonly size: number;
  key(index: number): string;
  value(index: number): string;
  keySpan(index: number): Span;
}

function check(entries: Entries, { report }: Context): void {
  const last = new Map<string, number>();
  for (let index = 0; index < entries.size; index++) {
    const key = entries.key(index);
    const lower = key.toLowerCase();
    const earlier = last.get(lower);
    last.set(lower, index);
    if (earlier === undefined || entries.value(earlier) === entries.value(index)) continue;
    report({
      span: entries.keySpan(index),
      message: "duplicate",
      data: { key: quote(key) },
      help: "smtpd does not merge the two: write one entry with all that belongs to the key",
      related: [{ span: entries.keySpan(earlier), message: "the entry that is lost" }],
    });
  }
}
