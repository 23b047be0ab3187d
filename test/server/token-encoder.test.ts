import { fileURLToPath } from "node:url";
import { tokenGroups } from "@smtpdlint/ide";
import { analyseLazily, type LazyAnalysis } from "@smtpdlint/lint";
import { blindHost } from "@smtpdlint/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { SemanticTokensRangeRequest, SemanticTokensRequest } from "vscode-languageserver-protocol/node";
import { readCapabilities } from "../../packages/server/src/client-capabilities.ts";
import { Converter } from "../../packages/server/src/convert.ts";
import { positionsIn } from "../../packages/server/src/position-encoding.ts";
import { type EncodedDocument, editsOf, TokenEncoder } from "../../packages/server/src/token-encoder.ts";
import { runs, seed } from "../helpers/random.ts";
import { Client } from "./client.ts";

const server = [fileURLToPath(new URL("../../packages/server/dist/server.js", import.meta.url)), "--stdio"];
const uri = "file:///etc/mail/smtpd.conf";

/** Characters of one, two and four bytes before and behind what moves; statements on several lines, a macro for two. */
const text = `# ä😀
our = "mä.example" # 😀 mine
both = "match tag T reject"
table t { "😀@ä.org", \\
  $our } # 😀
\tmatch from any for domain <t> mail-from "😀ä" reject # ä
$both
action "ä😀" maildir "~/😀 \\
mail" alias <t>
`;

/** The texts that the numbers of an answer stand for. */
function textsOf(data: readonly number[], content: string, encoding: "utf-8" | "utf-16" | "utf-32"): string[] {
  const positions = positionsIn(uri, content, encoding);
  let [line, character] = [0, 0];
  return Array.from({ length: data.length / 5 }, (_, index) => {
    const [lines = 0, characters = 0, length = 0] = data.slice(index * 5);
    character = lines === 0 ? character + characters : characters;
    line += lines;
    const offset = positions.offsetAt({ line, character });
    return content.slice(offset, positions.offsetAt({ line, character: character + length }));
  });
}

const words =
  '# ä😀|our|"mä.example"|# 😀 mine|both|"match tag T reject"|table|t|"😀@ä.org"|$our|# 😀|match|from|any|for|domain|t|mail-from|"😀ä"|reject|# ä|$both|action|"ä😀"|maildir|"~/😀 \\|mail"|alias|t';

test.each(["utf-8", "utf-16", "utf-32"] as const)("in %s each token is where its text is", async (encoding) => {
  const client = await Client.start(server, { capabilities: { general: { positionEncodings: [encoding] } } });
  await client.open(uri, text);
  const textDocument = { uri };
  const all = async (content: string) => {
    const found = await client.connection.sendRequest(SemanticTokensRequest.type, { textDocument });
    return textsOf(found?.data ?? [], content, encoding).join("|");
  };
  expect(await all(text)).toBe(words);
  // What stands behind moves by a line, or within its line.
  for (const moved of [`# ä😀\n${text}`, text.replace("\tmatch", "  \tmatch")]) {
    await client.change(uri, moved);
    expect((await all(moved)).endsWith(words)).toBe(true);
  }
  await client.change(uri, text);
  const range = { start: { line: 4, character: 3 }, end: { line: 5, character: 9 } };
  const part = await client.connection.sendRequest(SemanticTokensRangeRequest.type, { textDocument, range });
  expect(textsOf(part?.data ?? [], text, encoding)).toEqual(["$our", "# 😀", "match", "from"]);
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});

const numbers = fc.array(fc.nat(2), { maxLength: 12 });

test(`edits turn the numbers before into those after (seed ${seed})`, () => {
  fc.assert(
    fc.property(numbers, numbers, (before, after) => {
      const edited = [...before];
      const edits = editsOf(before, after);
      for (const { start, deleteCount, data = [] } of edits) edited.splice(start, deleteCount, ...data);
      expect(edited).toEqual(after);
      expect(edits.length === 0).toBe(JSON.stringify(before) === JSON.stringify(after));
    }),
    { numRuns: runs(500) },
  );
});

const pieces = [
  "\n",
  " ",
  "#",
  "ä",
  "😀",
  '"',
  "$our",
  "\\\n",
  "table u { x }\n",
  "match reject\n",
  "# b\n",
  "{",
  "}",
  "\r",
];
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.nat(6),
  piece: fc.constantFrom("", ...pieces),
});

test.each(["utf-8", "utf-16", "utf-32"] as const)(
  `in %s what is taken over is what would be found anew (seed ${seed})`,
  (positionEncoding) => {
    const client = readCapabilities({ capabilities: { general: { positionEncodings: [positionEncoding] } } });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), (edits) => {
        const encoder = new TokenEncoder();
        let content = text;
        let previous: LazyAnalysis | undefined;
        let before: EncodedDocument | undefined;
        for (const { at, cut, piece } of [{ at: 0, cut: 0, piece: "" }, ...edits]) {
          const start = Math.floor(at * content.length);
          content = content.slice(0, start) + piece + content.slice(start + cut);
          const analysis = analyseLazily("smtpd.conf", content, blindHost, { previous });
          const { model } = analysis;
          const view = { model, file: 0, diagnostics: analysis.diagnostics };
          const converter = new Converter(model, () => uri, client);
          before = encoder.encodeAll(tokenGroups(view), { view, converter }, before);
          expect(before.data).toEqual(new TokenEncoder().encode(tokenGroups(view), converter, 0));
          previous = analysis;
        }
      }),
      { numRuns: runs(150) },
    );
  },
);

test("what has no tokens is nothing to count from", () => {
  const tokens = [{ span: { file: 0, start: 0, end: 3 }, type: "comment", modifiers: [] }] as const;
  const none: typeof tokens | readonly [] = [];
  const encoded = (content: string, before?: EncodedDocument) => {
    const { model, diagnostics } = analyseLazily("smtpd.conf", content, blindHost);
    const [brace, comment] = [content.indexOf("}"), content.indexOf("# b")];
    const groups = [
      { start: 0, end: 3, tokens },
      { start: brace, end: brace + 1, tokens: none },
      { start: comment, end: comment + 3, tokens },
    ];
    const converter = new Converter(model, () => uri, readCapabilities({ capabilities: {} }));
    return new TokenEncoder().encodeAll(groups, { view: { model, file: 0, diagnostics }, converter }, before);
  };
  const first = encoded("# a\n}\n# b\n");
  expect(encoded("# a\n\n}\n# b\n", first).data).toEqual([0, 0, 3, 0, 0, 3, 0, 3, 0, 0]);
});

test("several edits may come before somebody asks", () => {
  const encoder = new TokenEncoder();
  const encoded = (content: string, previous?: LazyAnalysis, before?: EncodedDocument) => {
    const analysis = analyseLazily("smtpd.conf", content, blindHost, { previous });
    const { model, diagnostics } = analysis;
    const converter = new Converter(model, () => uri, readCapabilities({ capabilities: {} }));
    const view = { model, file: 0, diagnostics };
    return { analysis, found: encoder.encodeAll(tokenGroups(view), { view, converter }, before) };
  };
  // The second leaves all behind it where it was, but on another line.
  const first = encoded("# y\n\n# x\n\n# x\n\n# x\n");
  const text = "# yy\n\n# x\n # x\n\n# x\n";
  expect(encoded(text, first.analysis, first.found).found.data).toEqual(encoded(text).found.data);
});
