import type { Span, Statement } from "@smtpdlint/grammar";
import type { View } from "./view.ts";

export interface Fold {
  /** From the first line to the last that is folded away. */
  readonly span: Span;
  readonly kind: "comment" | "region" | "imports";
}

/** Runs of so many lines are worth folding. */
const fewestComments = 3;
const fewestStatements = 5;

/** What can be folded: statements of several lines, runs of comments, and runs of statements of one kind. */
export function foldingRanges({ model, file }: View): Fold[] {
  const source = model.sources.files[file];
  if (!source) return [];
  const lines = (start: number, end: number) => source.text.slice(start, end).split("\n").length;
  const isTogether = (start: number, end: number) => /^[ \t\r]*\n[ \t]*$/.test(source.text.slice(start, end));
  const statements = model.config.statements.filter(({ span }) => span.file === file);

  const long = statements.filter(({ span }) => lines(span.start, span.end) > 1);
  const comments = runs(
    source.comments.filter(({ start }) => isLineStart(source.text, start)),
    (a, b) => isTogether(a.end, b.start),
  );
  const alike = runs<Statement>(statements, (a, b) => a.kind === b.kind && isTogether(a.span.end, b.span.start));
  return [
    ...long.map(({ span }): Fold => ({ span, kind: "region" })),
    ...comments
      .map((run) => ({ file, start: run[0]?.start ?? 0, end: run.at(-1)?.end ?? 0 }))
      .filter(({ start, end }) => lines(start, end) >= fewestComments)
      .map((span): Fold => ({ span, kind: "comment" })),
    ...alike
      .filter((run) => run.length > 1)
      .map((run): Fold => {
        const span = { file, start: run[0]?.span.start ?? 0, end: run.at(-1)?.span.end ?? 0 };
        return { span, kind: run[0]?.kind === "include" ? "imports" : "region" };
      })
      .filter(({ span }) => lines(span.start, span.end) >= fewestStatements),
  ].sort((a, b) => a.span.start - b.span.start);
}

const isLineStart = (text: string, offset: number) =>
  /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, offset - 200), offset));

/** The items in runs of neighbours that belong together. */
function runs<T>(items: readonly T[], together: (a: T, b: T) => boolean): T[][] {
  const found: T[][] = [];
  for (const item of items) {
    const last = found.at(-1);
    const previous = last?.at(-1);
    if (last && previous !== undefined && together(previous, item)) last.push(item);
    else found.push([item]);
  }
  return found;
}
