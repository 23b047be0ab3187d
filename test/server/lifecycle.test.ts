import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { StreamMessageReader } from "vscode-languageserver-protocol/node";

/** What the built server answers to bytes that no editor should send. */
const server = fileURLToPath(new URL("../../packages/server/dist/server.js", import.meta.url));

interface Answer {
  readonly id?: number | null;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: { readonly code: number };
}

const frame = (body: string) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const message = (content: object) => frame(JSON.stringify({ jsonrpc: "2.0", ...content }));
const initialize = (id: number) =>
  message({ id, method: "initialize", params: { processId: null, rootUri: null, capabilities: {} } });
const initialized = message({ method: "initialized", params: {} });
const ask = (id: number, method: string, params: unknown = { textDocument: { uri: "file:///x" } }) =>
  message({ id, method, params });
const shutdown = message({ id: 90, method: "shutdown" });
const exit = message({ method: "exit" });
const open = (text: string) =>
  message({
    method: "textDocument/didOpen",
    params: { textDocument: { uri: "file:///x", languageId: "smtpd-conf", version: 1, text } },
  });

/** The answers to a sequence of bytes, each as `id code` or `id ok`, and how the server ended; its input is closed after them. */
async function answersTo(...input: readonly string[]): Promise<{ answers: string[]; code: number | null }> {
  const child = spawn(process.execPath, [server, "--stdio"], { stdio: ["pipe", "pipe", "ignore"] });
  const answers: string[] = [];
  new StreamMessageReader(child.stdout).listen((received) => {
    const { id, method, error } = received as Answer;
    if (method !== undefined) return;
    answers.push(`${id} ${error?.code ?? "ok"}`);
    // After the answer to shutdown.
    if (id === 90) child.stdin.write(exit);
  });
  const ended = once(child, "close");
  child.stdin.write(input.join(""));
  // What ends the server is the end of its input, if nothing before did.
  if (!input.includes(shutdown)) child.stdin.end();
  const [code] = await ended;
  return { answers, code: code as number | null };
}

test.each<readonly [what: string, input: readonly string[], answers: readonly string[]]>([
  [
    "requests before the first one",
    [ask(1, "textDocument/hover"), initialize(2), initialized, shutdown],
    ["1 -32002", "2 ok", "90 ok"],
  ],
  ["a second introduction", [initialize(1), initialize(2), initialized, shutdown], ["1 ok", "2 -32600", "90 ok"]],
  [
    "requests after the last one",
    [initialize(1), initialized, shutdown, ask(3, "textDocument/hover"), initialize(4)],
    ["1 ok", "90 ok", "3 -32600", "4 -32600"],
  ],
  [
    "text that is no JSON",
    [initialize(1), initialized, frame('{"jsonrpc": "2.0", "id": 2, '), ask(3, "textDocument/foldingRange"), shutdown],
    ["1 ok", "null -32700", "3 ok", "90 ok"],
  ],
  [
    "JSON that is no message",
    [
      initialize(1),
      initialized,
      frame("[]"),
      frame("5"),
      frame("null"),
      message({ id: 2 }),
      message({ id: 3, method: 7 }),
      shutdown,
    ],
    ["1 ok", "null -32600", "null -32600", "null -32600", "2 -32600", "3 -32600", "90 ok"],
  ],
  [
    "a method that nobody knows",
    [initialize(1), initialized, ask(2, "textDocument/dance"), shutdown],
    ["1 ok", "2 -32601", "90 ok"],
  ],
  [
    "parameters that are none",
    [
      initialize(1),
      initialized,
      ask(2, "textDocument/hover", null),
      ask(3, "textDocument/completion", {}),
      ask(4, "textDocument/codeAction", { textDocument: { uri: 5 } }),
      message({ method: "textDocument/didOpen", params: {} }),
      message({ method: "textDocument/didChange" }),
      ask(5, "textDocument/foldingRange"),
      shutdown,
    ],
    ["1 ok", "2 -32603", "3 ok", "4 ok", "5 ok", "90 ok"],
  ],
])("%s", async (_, input, expected) => {
  const { answers, code } = await answersTo(...input);
  expect(answers.toSorted()).toEqual(expected.toSorted());
  expect(code).toBe(0);
});

test("a request that is cancelled before its turn is not worked out", async () => {
  const cancel = message({ method: "$/cancelRequest", params: { id: 3 } });
  const input = [
    initialize(1),
    initialized,
    open("match reject\n".repeat(3000)),
    ask(2, "textDocument/codeLens"),
    ask(3, "textDocument/hover"),
    cancel,
    shutdown,
  ];
  const { answers } = await answersTo(...input);
  expect(answers).toContain("3 -32800");
  expect(answers).toContain("2 ok");
});

test("the end of its input ends it, also with a document that is open", async () => {
  expect((await answersTo(initialize(1), initialized, open("match reject\n"))).code).toBe(1);
  expect((await answersTo()).code).toBe(1);
});
