import type { Edit, Span } from "@smtpdlint/grammar";

/** Moves the rest of a line, which is meant as a comment, to a line of its own above; `text` is that of the file. */
export function commentAbove(text: string, { file, start }: Pick<Span, "file" | "start">): Edit[] {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const rest = /[^\r\n]*/.exec(text.slice(start))?.[0] ?? "";
  const from = lineStart + text.slice(lineStart, start).trimEnd().length;
  return [
    { span: { file, start: lineStart, end: lineStart }, text: `${rest.trimEnd()}\n` },
    { span: { file, start: from, end: start + rest.length }, text: "" },
  ];
}
