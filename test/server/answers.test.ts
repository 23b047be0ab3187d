import { PassThrough } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createConnection } from "vscode-languageserver/node";
import {
  createProtocolConnection,
  type SemanticTokens,
  type SemanticTokensDelta,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { noFiles } from "../../packages/server/src/platform.ts";
import { startServer } from "../../packages/server/src/server.ts";
import { runs, seed } from "../helpers/random.ts";
import { answerTo, editorRequests } from "../helpers/requests.ts";
import { allCases } from "../helpers/rule-cases.ts";

/** A server in this process, and the connection of its client. */
async function started() {
  const [there, back] = [new PassThrough(), new PassThrough()];
  const server = createConnection(new StreamMessageReader(there), new StreamMessageWriter(back));
  startServer(server, noFiles, "0");
  const client = createProtocolConnection(new StreamMessageReader(back), new StreamMessageWriter(there));
  client.listen();
  await client.sendRequest("initialize", { processId: null, rootUri: null, capabilities: {} });
  await client.sendNotification("initialized", {});
  const stop = () => {
    client.dispose();
    server.dispose();
    there.destroy();
    back.destroy();
  };
  return { client, stop };
}

const uri = "file:///etc/mail/smtpd.conf";
const textDocument = { uri };
const texts = allCases()
  .map(({ text }) => text)
  .filter(({ length }) => length < 1000);
const pieces = [
  "x",
  " ",
  "\n",
  '"',
  "{",
  "}",
  "<t1>",
  "$m",
  "\\\n",
  "#",
  "m = t1\n",
  "\r",
  "\r\n",
  "ä",
  "accept for any relay\n",
  "match from any for any action a1\n",
  "action a1 relay\n",
  "table t1 { a }\n",
];
const edit = fc.record({
  at: fc.nat(),
  length: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(60)),
  text: fc.oneof(fc.constant(""), fc.constantFrom(...pieces), fc.constantFrom(...texts)),
  /** Which requests are sent after it, as bits. */
  asked: fc.nat(2 ** editorRequests.length - 1),
});

const start =
  "m = t1\ntable t1 { a, b }\naction a1 relay host $m\nlisten on lo\nmatch from any for domain <t1> action a1\n";

/** The text of a result of tokens after the edits of another. */
function apply(data: readonly number[], { edits }: SemanticTokensDelta): number[] {
  const result = [...data];
  for (const { start, deleteCount, data: inserted = [] } of edits.toReversed()) {
    result.splice(start, deleteCount, ...inserted);
  }
  return result;
}

test(
  `after edits each answer is that of a fresh server (seed ${seed})`,
  async () => {
    // What a server knows of a document it forgets with it.
    const [edited, fresh] = [await started(), await started()];
    const close = { textDocument };
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 6 }), fc.nat(), async (edits, cursor) => {
        const document = TextDocument.create(uri, "smtpd-conf", 1, start);
        const open = (text: string) => ({ textDocument: { uri, languageId: "smtpd-conf", version: 1, text } });
        await edited.client.sendNotification("textDocument/didOpen", open(start));
        let tokens = await edited.client.sendRequest<SemanticTokens>("textDocument/semanticTokens/full", {
          textDocument,
        });
        for (const [number, { at, length, text, asked }] of edits.entries()) {
          const from = at % (document.getText().length + 1);
          const range = { start: document.positionAt(from), end: document.positionAt(from + length) };
          TextDocument.update(document, [{ range, text }], number + 2);
          await edited.client.sendNotification("textDocument/didChange", {
            textDocument: { uri, version: number + 2 },
            contentChanges: [{ range, text }],
          });

          const whole = document.getText();
          const position = document.positionAt(cursor % (whole.length + 1));
          const screen = { start: { line: Math.max(0, position.line - 3), character: 0 }, end: position };
          await fresh.client.sendNotification("textDocument/didOpen", open(whole));
          for (const [bit, request] of editorRequests.entries()) {
            if ((asked & (1 << bit)) === 0 || request.method === "textDocument/semanticTokens/full") continue;
            const place = { textDocument, position, screen };
            const answer = await answerTo(request, edited.client, place);
            expect([request.method, answer]).toEqual([request.method, await answerTo(request, fresh.client, place)]);
          }
          const changed = await edited.client.sendRequest<SemanticTokens | SemanticTokensDelta>(
            "textDocument/semanticTokens/full/delta",
            { textDocument, previousResultId: tokens.resultId },
          );
          const data = "edits" in changed ? apply(tokens.data, changed) : changed.data;
          tokens = { ...(changed.resultId !== undefined && { resultId: changed.resultId }), data };
          const again = await fresh.client.sendRequest<SemanticTokens>("textDocument/semanticTokens/full", {
            textDocument,
          });
          expect(data).toEqual(again.data);
          await fresh.client.sendNotification("textDocument/didClose", close);
        }
        await edited.client.sendNotification("textDocument/didClose", close);
      }),
      { numRuns: runs(40), endOnFailure: true },
    );
    for (const { stop } of [edited, fresh]) stop();
  },
  runs(120_000),
);
