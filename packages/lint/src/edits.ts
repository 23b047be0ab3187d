import type { Edit, Span } from "@smtpdlint/grammar";
import type { Model } from "@smtpdlint/model";
import type { Fix } from "./diagnostic.ts";

/** A fix that writes `text` in place of what stands at `span`; none if that came from a macro. */
export function rewrite(model: Model, span: Span, text: string, safe: boolean): Fix[] {
  return model.sources.macroAt(span) ? [] : [{ title: `change to '${text}'`, safe, edits: [{ span, text }] }];
}

export const insert = ({ file }: Span, at: number, text: string): Edit => ({
  span: { file, start: at, end: at },
  text,
});

/** Takes what stands at `span` out of its line, with the blanks before it. */
export function remove(model: Model, { file, start, end }: Span): Edit {
  const { text } = model.sources.fileOf({ file, start, end });
  let from = start;
  while (text[from - 1] === " " || text[from - 1] === "\t") from--;
  return { span: { file, start: from, end }, text: "" };
}

/** Moves what stands at `span` behind `place` in the same file. */
export function moveBehind(model: Model, span: Span, place: Span): Edit[] {
  return [remove(model, span), insert(place, place.end, ` ${model.sources.textAt(span)}`)];
}
