import type { Span } from "@smtpdlint/grammar";
import {
  completeTests,
  definitionForTests,
  failuresOf,
  hoverTests,
  mistakesIn,
  testActions,
  testItems,
  testLenses,
} from "@smtpdlint/ide";
import fc from "fast-check";
import { expect, test } from "vitest";
import { conf, markedTests } from "./marked.ts";

const words = [
  ..."from to auth mail-from rdns fcrdns port tag listener tls bounce local relay reject never always any".split(" "),
  ..."at by rule action sender and not maybe exactly users target config root define 7.8 bob@example.org".split(" "),
  ...[
    "=>",
    "=>",
    "{",
    "}",
    ",",
    '"',
    '"a b"',
    "\\",
    "\n",
    "\n",
    "#",
    "<>",
    "550",
    "1",
    "in",
    "in",
    "\u202e",
    "😀",
    " ",
  ],
];
const texts = fc.oneof(
  fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((list) => list.join(" ")),
  fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((list) => list.join("")),
  fc.string({ unit: "binary", maxLength: 60 }),
);

test("whatever stands there, editors get answers that lie in the text", () => {
  fc.assert(
    fc.property(texts, fc.double({ min: 0, max: 1, noNaN: true }), (text, part) => {
      const { view, results } = markedTests(text.replaceAll("$0", ""), conf, "");
      const offset = Math.round(part * view.text.length);
      const within = ({ start, end }: Span) => {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(view.text.length);
      };
      for (const { span } of completeTests(view, offset, {
        snippets: false,
        replaces: false,
        list: () => ["a/", "b.conf"],
      })) {
        within(span);
        expect(span.start <= offset && offset <= span.end).toBe(true);
        expect(view.text.slice(span.start, offset)).not.toContain("\n");
      }
      const found = [...mistakesIn(view), ...failuresOf(view, results), ...testLenses(view, results)];
      for (const { span } of found) within(span);
      for (const { edits } of testActions(view, results, offset, offset)) for (const { span } of edits) within(span);
      const hover = hoverTests(view, offset);
      if (hover) within(hover.span);
      for (const { span, selection, children } of testItems(view)) {
        within(span);
        expect(selection.start >= span.start && selection.end <= span.end).toBe(true);
        for (const child of children) within(child.span);
      }
      expect(() => definitionForTests(view, offset)).not.toThrow();
    }),
    { numRuns: 400 },
  );
});
