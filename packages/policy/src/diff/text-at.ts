import type { Span } from "@smtpdlint/grammar";
import type { Model } from "@smtpdlint/model";

/** The text of a place, on one line. */
export const textAt = (span: Span, { sources }: Pick<Model, "sources">): string =>
  sources.textAt(span).replace(/\\\n/g, " ").replace(/\s+/g, " ");
