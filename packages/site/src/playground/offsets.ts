import type { Text } from "@codemirror/state";
import type { Position, Range } from "./language-client.ts";

/** Where a place of LSP is in a text. */
export function offsetIn(doc: Text, { line, character }: Position): number {
  if (line >= doc.lines) return doc.length;
  const { from, length } = doc.line(line + 1);
  return from + Math.min(character, length);
}

export const offsetsIn = (doc: Text, { start, end }: Range) => ({ from: offsetIn(doc, start), to: offsetIn(doc, end) });
