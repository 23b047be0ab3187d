import type { Span } from "@smtpdlint/grammar";
import type { Model } from "@smtpdlint/model";

/** The text of a place, on one line. */
export function textAt({ file, start, end }: Span, { sources }: Pick<Model, "sources">): string {
  const text = sources.files[file]?.text.slice(start, end) ?? "";
  return text.replace(/\\\n/g, " ").replace(/\s+/g, " ");
}
