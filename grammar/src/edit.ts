import type { Span } from "./span.ts";

/** A text in place of what a span covers. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/** The text after edits of one file, which do not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { span, text: replacement } of edits.toSorted((a, b) => a.span.start - b.span.start)) {
    parts.push(text.slice(at, span.start), replacement);
    at = span.end;
  }
  return parts.join("") + text.slice(at);
}
