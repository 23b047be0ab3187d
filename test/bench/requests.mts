import type { Position, Range } from "vscode-languageserver-protocol/node";
import { Client } from "../server/client.ts";
import { customers } from "./texts.mts";

/** How long a server takes for one kind of request, in milliseconds, the shortest first. */
export interface RequestTimes {
  readonly name: string;
  /** The text has not changed since an answer of the same kind. */
  readonly idle: readonly number[];
  /** From the edit of one character to the answer. */
  readonly edited: readonly number[];
}

/** What an editor may wait for while somebody types. */
interface Question {
  readonly name: string;
  /** Milliseconds are counted only here. */
  ask(client: Client, place: Place): Promise<unknown>;
  /** Instead of a letter in a comment. */
  readonly typed?: string;
}

interface Place {
  readonly uri: string;
  readonly textDocument: { readonly uri: string };
  /** In a name. */
  readonly position: Position;
  readonly whole: Range;
  readonly screen: Range;
  /** The line of a comment in which is typed. */
  readonly comment: number;
}

const at =
  (method: string, more: object = {}) =>
  (client: Client, { textDocument, position }: Place) =>
    client.connection.sendRequest(method, { textDocument, position, ...more });
const ofAll =
  (method: string) =>
  (client: Client, { textDocument }: Place) =>
    client.connection.sendRequest(method, { textDocument });
const options = { tabSize: 8, insertSpaces: false };

/** The results of the last tokens, to ask for what is different. */
let resultId: string | undefined;
const keepResult = async (answer: Promise<unknown>) => {
  resultId = ((await answer) as { resultId?: string }).resultId;
};

const questions: readonly Question[] = [
  { name: "completion", ask: at("textDocument/completion") },
  { name: "hover", ask: at("textDocument/hover") },
  { name: "signatureHelp", ask: at("textDocument/signatureHelp") },
  { name: "definition", ask: at("textDocument/definition") },
  { name: "references", ask: at("textDocument/references", { context: { includeDeclaration: true } }) },
  { name: "documentHighlight", ask: at("textDocument/documentHighlight") },
  { name: "prepareRename", ask: at("textDocument/prepareRename") },
  { name: "rename", ask: at("textDocument/rename", { newName: "other" }) },
  { name: "documentSymbol", ask: ofAll("textDocument/documentSymbol") },
  { name: "workspace/symbol", ask: (client) => client.connection.sendRequest("workspace/symbol", { query: "relay7" }) },
  { name: "documentLink", ask: ofAll("textDocument/documentLink") },
  { name: "foldingRange", ask: ofAll("textDocument/foldingRange") },
  {
    name: "selectionRange",
    ask: (client, { textDocument, position }) =>
      client.connection.sendRequest("textDocument/selectionRange", { textDocument, positions: [position] }),
  },
  { name: "semanticTokens/full", ask: (...all) => keepResult(ofAll("textDocument/semanticTokens/full")(...all)) },
  {
    name: "semanticTokens/full/delta",
    ask: (client, { textDocument }) =>
      keepResult(
        client.connection.sendRequest("textDocument/semanticTokens/full/delta", {
          textDocument,
          previousResultId: resultId ?? "",
        }),
      ),
  },
  {
    name: "semanticTokens/range",
    ask: (client, { textDocument, screen }) =>
      client.connection.sendRequest("textDocument/semanticTokens/range", { textDocument, range: screen }),
  },
  {
    name: "inlayHint",
    ask: (client, { textDocument, screen }) =>
      client.connection.sendRequest("textDocument/inlayHint", { textDocument, range: screen }),
  },
  { name: "codeLens", ask: ofAll("textDocument/codeLens") },
  {
    name: "codeAction",
    ask: (client, { textDocument, position }) =>
      client.connection.sendRequest("textDocument/codeAction", {
        textDocument,
        range: { start: position, end: position },
        context: { diagnostics: [] },
      }),
  },
  {
    name: "onTypeFormatting",
    typed: "\n",
    ask: (client, { textDocument, comment }) =>
      client.connection.sendRequest("textDocument/onTypeFormatting", {
        textDocument,
        position: { line: comment + 1, character: 0 },
        ch: "\n",
        options,
      }),
  },
  {
    name: "rangeFormatting",
    ask: (client, { textDocument, screen }) =>
      client.connection.sendRequest("textDocument/rangeFormatting", { textDocument, range: screen, options }),
  },
  {
    name: "formatting",
    ask: (client, { textDocument }) =>
      client.connection.sendRequest("textDocument/formatting", { textDocument, options }),
  },
  { name: "diagnostic", ask: ofAll("textDocument/diagnostic") },
];

/**
 * Asks a server of its own for each thing again and again, about a text of so many lines; `only` for some of the
 * requests.
 */
export async function timeRequests(
  argv: readonly string[],
  lineCount: number,
  samples: number,
  only = (_name: string) => true,
  clock = (_client: Client) => performance.now(),
): Promise<RequestTimes[]> {
  const client = await Client.start(argv);
  const uri = "file:///etc/mail/smtpd.conf";
  const text = customers(lineCount);
  await client.open(uri, text);
  await client.pushed(uri, () => true);
  const lines = text.split("\n");
  // A whole block, so that what is asked for is a name of a rule in the middle.
  const first = Math.floor(lineCount / 40) * 20;
  const line = first + lines.slice(first).findIndex((each) => each.startsWith("match tag"));
  const position = { line, character: (lines[line] ?? "").indexOf("<domains") + 4 };
  const place: Place = {
    uri,
    textDocument: { uri },
    position,
    whole: { start: { line: 0, character: 0 }, end: { line: lines.length - 1, character: 0 } },
    screen: { start: { line: first, character: 0 }, end: { line: first + 50, character: 0 } },
    comment: line - 1,
  };
  const times: RequestTimes[] = [];
  for (const { name, ask, typed = "x" } of questions) {
    if (!only(name)) continue;
    const [idle, edited]: [number[], number[]] = [[], []];
    const start = { line: place.comment, character: (lines[place.comment] ?? "").length };
    const end =
      typed === "\n" ? { line: place.comment + 1, character: 0 } : { ...start, character: start.character + 1 };
    for (let round = -samples >> 1; round < samples; round++) {
      const isTyped = round % 2 !== 0;
      const began = clock(client);
      await client.change(uri, isTyped ? "" : typed, { start, end: isTyped ? end : start });
      await ask(client, place);
      if (round >= 0) edited.push(clock(client) - began);
      // What the server does by itself after an edit comes first.
      await ask(client, place);
      const beganAgain = clock(client);
      await ask(client, place);
      if (round >= 0) idle.push(clock(client) - beganAgain);
    }
    times.push({ name, idle: idle.sort((a, b) => a - b), edited: edited.sort((a, b) => a - b) });
  }
  if (client.errors.length > 0) throw new Error(client.errors.join("\n"));
  await client.stop();
  return times;
}
