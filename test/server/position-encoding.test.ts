import fc from "fast-check";
import { expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import {
  chooseEncoding,
  type PositionEncoding,
  positionsIn,
  updateDocument,
} from "../../packages/server/src/position-encoding.ts";
import { runs, seed } from "../helpers/random.ts";

const encodings: readonly PositionEncoding[] = ["utf-8", "utf-16", "utf-32"];

/** How long a text is for a client, by what its runtime says. */
const lengthOf: Readonly<Record<PositionEncoding, (text: string) => number>> = {
  "utf-8": (text) => Buffer.byteLength(text),
  "utf-16": (text) => text.length,
  "utf-32": (text) => [...text].length,
};

test.each([
  [undefined, "utf-16"],
  [[], "utf-16"],
  [["utf-8", "utf-16"], "utf-8"],
  [["utf-16", "utf-8"], "utf-16"],
  [["ebcdic", "utf-32"], "utf-32"],
  [["ebcdic"], "utf-16"],
])("of %j the first that is served is taken: %s", (wanted, chosen) => {
  expect(chooseEncoding(wanted)).toBe(chosen);
});

test.each<readonly [PositionEncoding, number]>([
  ["utf-8", 10],
  ["utf-16", 5],
  ["utf-32", 4],
])("in %s 'aä€😀' ends at %i", (encoding, character) => {
  const positions = positionsIn("file:///x", "# one\naä€😀\n", encoding);
  expect(positions.positionAt(11)).toEqual({ line: 1, character });
  expect(positions.offsetAt({ line: 1, character })).toBe(11);
  // Nowhere between the bytes or halves of a character, and not behind the line.
  for (let before = character - 1; encoding !== "utf-16" && before > character - lengthOf[encoding]("😀"); before--)
    expect(positions.offsetAt({ line: 1, character: before })).toBe(9);
  expect(positions.offsetAt({ line: 1, character: 99 })).toBe(11);
  expect(positions.offsetAt({ line: 9, character: 0 })).toBe(12);
});

const character = fc.constantFrom("a", "ä", "€", "😀", "\n", "\r\n", "\r", " ", '"', "\u0301", "\0");
const text = fc.array(character, { maxLength: 40 }).map((parts) => parts.join(""));

/** An offset that is not within a character, nor between a carriage return and its line feed. */
const place = (content: string, at: number): number => {
  const offset = at % (content.length + 1);
  const isWithin =
    /^[\udc00-\udfff]/.test(content.slice(offset)) || (content[offset - 1] === "\r" && content[offset] === "\n");
  return isWithin ? offset - 1 : offset;
};
const positionOf = (content: string, offset: number, encoding: PositionEncoding) => {
  const lines = content.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: lines.length - 1, character: lengthOf[encoding](lines.at(-1) ?? "") };
};

test.each(encodings)(`in %s each place leads to its offset and back (seed ${seed})`, (encoding) => {
  fc.assert(
    fc.property(text, fc.array(fc.nat(), { maxLength: 8 }), (content, places) => {
      const positions = positionsIn("file:///x", content, encoding);
      for (const at of places) {
        const offset = place(content, at);
        expect(positions.positionAt(offset)).toEqual(positionOf(content, offset, encoding));
        expect(positions.offsetAt(positions.positionAt(offset))).toBe(offset);
      }
    }),
    { numRuns: runs(300) },
  );
});

const edit = fc.record({ from: fc.nat(), length: fc.nat(6), text });

test.each(encodings)(`in %s several edits at once have the text that the client has (seed ${seed})`, (encoding) => {
  fc.assert(
    fc.property(text, fc.array(edit, { maxLength: 6 }), (content, edits) => {
      let expected = content;
      const changes = edits.map(({ from, length, text }) => {
        const start = place(expected, from);
        const end = Math.max(start, place(expected, Math.min(start + length, expected.length)));
        const range = { start: positionOf(expected, start, encoding), end: positionOf(expected, end, encoding) };
        expected = expected.slice(0, start) + text + expected.slice(end);
        return { range, text };
      });
      const document = TextDocument.create("file:///x", "smtpd-conf", 1, content);
      const updated = updateDocument(document, changes, 2, encoding);
      expect([updated === document, updated.version, updated.getText()]).toEqual([
        true,
        edits.length > 0 ? 2 : 1,
        expected,
      ]);
      const all = updateDocument(document, [{ text: "whole" }], 3, encoding);
      expect(all.getText()).toBe("whole");
    }),
    { numRuns: runs(300) },
  );
});
