import { existsSync, readFileSync } from "node:fs";
import { CodeActionTriggerKind, type Range, type SemanticTokens } from "vscode-languageserver-protocol/node";
import { answerTo, type EditorRequest, editorRequests, type Workplace } from "../helpers/requests.ts";
import { Client } from "../server/client.ts";
import { customers } from "./texts.mts";

/** How long a server takes for one kind of request, in milliseconds, the shortest first. */
export interface RequestTimes {
  readonly method: string;
  /** Of a text that has been looked at. */
  readonly idle: readonly number[];
  /** From the typing of one character until the answer has come. */
  readonly typed: readonly number[];
}

/**
 * Milliseconds, but for those in which the server could run and no processor was free: on a machine with two of them
 * the client, and what else runs, take their share.
 */
export function servedTime({ pid }: { readonly pid?: number | undefined }): number {
  const path = `/proc/${pid}/schedstat`;
  const [, waited] = existsSync(path) ? readFileSync(path, "utf8").split(" ") : [];
  return performance.now() - Number(waited ?? 0) / 1e6;
}

/** So many keys before those that are measured. */
const warmUp = 20;

const delta = "textDocument/semanticTokens/full/delta";

/** What an editor asks while somebody types, to show a light; it waits for nothing. */
const onItsOwn: EditorRequest = {
  method: "textDocument/codeAction",
  params: ({ position }) => ({
    range: { start: position, end: position },
    context: { diagnostics: [], triggerKind: CodeActionTriggerKind.Automatic },
  }),
};

/**
 * Asks a server, which `node ARGV` starts, each thing again and again about a text of so many lines. `isWanted`
 * chooses some of the requests.
 */
export async function timeRequests(
  argv: readonly string[],
  lineCount: number,
  samples: number,
  isWanted = (_method: string) => true,
): Promise<RequestTimes[]> {
  // How long an answer is read is the client's business.
  let arrival = 0;
  const client = await Client.start(argv, {
    arrived: (server) => {
      arrival = servedTime(server);
    },
  });
  const uri = "file:///etc/mail/smtpd.conf";
  const text = customers(lineCount);
  await client.open(uri, text);
  await client.pushed(uri, () => true);

  // In the rules of one in the middle: the cursor in the name of a table, in which is typed.
  const lines = text.split("\n");
  const middle = lines.length >> 1;
  const line = middle + lines.slice(middle).findIndex((each) => each.startsWith("match tag"));
  const character = (lines[line] ?? "").indexOf("<domains") + 4;
  const textDocument = { uri };
  const screen = { start: { line: line - 30, character: 0 }, end: { line: line + 30, character: 0 } };
  const place: Workplace = { textDocument, position: { line, character }, screen };
  const typing = (key: number): [string, Range] => {
    const start = place.position;
    return key % 2 === 0 ? ["x", { start, end: start }] : ["", { start, end: { line, character: character + 1 } }];
  };

  let previousResultId = "";
  const askDelta = async () => {
    const params = { textDocument, previousResultId };
    previousResultId = (await client.connection.sendRequest<SemanticTokens>(delta, params)).resultId ?? "";
  };
  const asked = editorRequests.map((request) => [request.method, request] as const);
  const questions = [...asked, ["textDocument/codeAction for a light", onItsOwn] as const].map(([method, request]) => ({
    method,
    ask: () => answerTo(request, client.connection, place),
  }));
  const times: RequestTimes[] = [];
  for (const { method, ask } of [{ method: delta, ask: askDelta }, ...questions]) {
    if (!isWanted(method)) continue;
    const [idle, typed]: [number[], number[]] = [[], []];
    const timed = async (into: number[] | undefined, work: () => Promise<unknown>) => {
      const start = servedTime(client);
      await work();
      into?.push(arrival - start);
    };
    for (let key = -warmUp; key < samples; key++) {
      const isWarm = key >= 0;
      await timed(isWarm ? typed : undefined, async () => {
        await client.change(uri, ...typing(Math.abs(key)));
        await ask();
      });
      // All that an edit leads to is done when the actions are there, for which all mistakes have to be found.
      await client.connection.sendRequest("textDocument/codeAction", {
        textDocument,
        range: { start: place.position, end: place.position },
        context: { diagnostics: [] },
      });
      await ask();
      await timed(isWarm ? idle : undefined, ask);
    }
    times.push({ method, idle: idle.toSorted((a, b) => a - b), typed: typed.toSorted((a, b) => a - b) });
  }
  await client.stop();
  return times;
}

/**
 * The memory of a server, in MB, once documents are open, and after each quarter of the edits: one document after the
 * other, and all that an editor asks, one question an edit.
 */
export async function memoryAfterEdits(argv: readonly string[], openCount: number, edits: number): Promise<number[]> {
  const client = await Client.start(argv);
  const uriOf = (number: number) => `file:///etc/mail/${number}.conf`;
  const text = customers(20);
  for (let number = 0; number < openCount; number++) await client.open(uriOf(number), text);
  const line = text.split("\n").findIndex((each) => each.startsWith("# mail"));
  const start = { line, character: 2 };
  const screen = { start: { line: 0, character: 0 }, end: { line: line + 4, character: 0 } };
  const resultIds = new Map<number, string>();
  const ask = async (number: number, question: number) => {
    const place = { textDocument: { uri: uriOf(number) }, position: { line: line + 1, character: 40 }, screen };
    const request = editorRequests[question % (editorRequests.length + 1)];
    if (request) return answerTo(request, client.connection, place);
    const params = { textDocument: place.textDocument, previousResultId: resultIds.get(number) ?? "" };
    const answer = await client.connection.sendRequest<SemanticTokens>(delta, params);
    if (answer.resultId !== undefined) resultIds.set(number, answer.resultId);
    return answer;
  };
  const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${client.pid}/status`, "utf8"))?.[1]) / 1024;
  await ask(0, 0);
  const used = [memory()];
  for (let edit = 0; edit < edits; edit++) {
    const [number, round] = [edit % openCount, Math.floor(edit / openCount)];
    const end = { line, character: 2 + (round > 0 ? String(round - 1).length : 0) };
    await client.change(uriOf(number), String(round), { start, end });
    await ask(number, edit);
    if ((edit + 1) % (edits / 4) === 0) used.push(memory());
  }
  await client.stop();
  return used;
}
