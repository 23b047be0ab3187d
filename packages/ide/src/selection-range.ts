import { childrenOf, type Node, type Span, type Statement } from "@smtpdlint/grammar";
import type { View } from "./view.ts";

/** What a growing selection takes in, from the word at an offset to the file. */
export function selectionRanges({ model, file }: View, offset: number): Span[] {
  const source = model.sources.files[file];
  if (!source) return [];
  const holds = ({ span }: { span: Span }) => span.file === file && span.start <= offset && offset <= span.end;
  const found: Span[] = [{ file, start: 0, end: source.text.length }];
  const statements = model.config.statements.filter(({ span }) => span.file === file);
  const at = statements.findIndex(holds);
  const statement = statements[at];
  if (statement) {
    found.push(paragraph(source.text, statements, at));
    let node: Node | undefined = statement;
    while (node) {
      found.push(node.span);
      node = childrenOf(node).find(holds);
    }
  }
  // From the inner to the outer, each within the next and larger.
  return found
    .reverse()
    .filter((span, index, all) => all.slice(index + 1).every((outer) => contains(outer, span)))
    .filter((span, index, all) => index === 0 || !equal(span, all[index - 1] as Span));
}

/** The statements around one with no blank line between them. */
function paragraph(text: string, statements: readonly Statement[], at: number): Span {
  const isGap = (one: Statement | undefined, other: Statement | undefined) =>
    !one || !other || /\n[ \t\r]*\n/.test(text.slice(one.span.end, other.span.start));
  let first = at;
  let last = at;
  while (!isGap(statements[first - 1], statements[first])) first--;
  while (!isGap(statements[last], statements[last + 1])) last++;
  const { file, start } = (statements[first] as Statement).span;
  return { file, start, end: (statements[last] as Statement).span.end };
}

const contains = (outer: Span, inner: Span) => outer.start <= inner.start && inner.end <= outer.end;
const equal = (a: Span, b: Span) => a.start === b.start && a.end === b.end;
