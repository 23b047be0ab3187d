import type { Span } from "@smtpdlint/grammar";
import { makeVisible } from "@smtpdlint/model";
import { onOneLine, type TestView } from "./test-view.ts";

/** A group of tests, or one line of them, as an outline or a tree of tests shows it. */
export interface TestItem {
  /** Stays the same while other lines change. */
  readonly id: string;
  readonly label: string;
  readonly kind: "group" | "test";
  readonly span: Span;
  /** What to put the cursor on; within `span`. */
  readonly selection: Span;
  /** The lines of a group. */
  readonly children: readonly TestItem[];
}

/** The groups and tests of a file, in order. */
export function testItems(view: TestView): TestItem[] {
  const seen = new Map<string, number>();
  const unique = (text: string) => {
    const count = (seen.get(text) ?? 0) + 1;
    seen.set(text, count);
    return count === 1 ? text : `${text}\n${count}`;
  };
  return view.file.groups.flatMap(({ name, cases }): TestItem[] => {
    const group = name?.text ?? "";
    const children = cases.map(({ span }): TestItem => {
      const text = onOneLine(view, span);
      const id = unique(`${group}\n${text}`);
      return { id, label: makeVisible(text), kind: "test", span, selection: span, children: [] };
    });
    if (!name) return children;
    const end = children.at(-1)?.span.end ?? name.span.end;
    const span = { ...name.span, end };
    return [{ id: unique(group), label: makeVisible(group), kind: "group", span, selection: name.span, children }];
  });
}

/** The lines that are meant by the ids of groups and lines; all if none are given. */
export function chosenLines(view: TestView, ids: readonly string[] | undefined): TestItem[] {
  const items = testItems(view);
  const chosen = new Set(ids);
  const isChosen = ({ id }: TestItem) => ids === undefined || chosen.has(id);
  return items.flatMap((item) => {
    if (item.kind === "test") return isChosen(item) ? [item] : [];
    return isChosen(item) ? item.children : item.children.filter(isChosen);
  });
}
