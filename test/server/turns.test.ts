import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import {
  CancellationTokenSource,
  CodeActionRequest,
  CodeActionTriggerKind,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DocumentDiagnosticRequest,
  HoverRequest,
  LSPErrorCodes,
  RenameRequest,
  WorkspaceDiagnosticRequest,
} from "vscode-languageserver-protocol/node";
import { Client } from "./client.ts";

/** Diagnostics and what is built on them take a while: nobody else waits for them. */
const server = [fileURLToPath(new URL("../../packages/server/dist/server.js", import.meta.url)), "--stdio"];
const capabilities = { textDocument: { diagnostic: {} } };
const uriOf = (name: string) => `file:///etc/mail/${name}/smtpd.conf`;

/** A text that keeps the server busy for a while. */
const long = Array.from(
  { length: 6000 },
  (_, index) => `table t${index} { a }\nmatch from any for domain d${index}.org reject\n`,
).join("");
const short = "listen on lo prot 25\nmatch reject\n";

const ask = (client: Client, partialResultToken?: string, token?: CancellationTokenSource["token"]) =>
  client.connection.sendRequest(
    WorkspaceDiagnosticRequest.type,
    { previousResultIds: [], ...(partialResultToken !== undefined && { partialResultToken }) },
    token,
  );

test("what is asked meanwhile is answered first", async () => {
  const client = await Client.start(server, { capabilities });
  await client.open(uriOf("long"), long);
  await client.open(uriOf("short"), short);
  // Read, so that only the mistakes are to be found.
  const textDocument = { uri: uriOf("long") };
  const hover = () =>
    client.connection.sendRequest(HoverRequest.type, { textDocument, position: { line: 0, character: 1 } });
  await hover();
  const order: string[] = [];
  await Promise.all([
    ask(client).then(({ items }) => order.push(`all of ${items.length}`)),
    hover().then((found) => order.push(found ? "hover" : "no hover")),
  ]);
  expect(order).toEqual(["hover", "all of 2"]);
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});

test("an editor that asks for a light gets fixes once they are known, and who asks for them waits", async () => {
  const client = await Client.start(server);
  const uri = uriOf("long");
  await client.open(uri, `${long}listen on lo mask-source\n`);
  const position = { line: 12_000, character: 14 };
  const fixes = async (triggerKind: CodeActionTriggerKind) => {
    const found = await client.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range: { start: position, end: position },
      context: { diagnostics: [], triggerKind },
    });
    return found?.flatMap((action) => ("kind" in action && action.kind === "quickfix" ? action.title : []));
  };
  const fix = "Change to 'mask-src'";
  expect(await fixes(CodeActionTriggerKind.Automatic)).toEqual([]);
  expect(await fixes(CodeActionTriggerKind.Invoked)).toContain(fix);
  expect(await fixes(CodeActionTriggerKind.Automatic)).toContain(fix);
  await client.change(uri, "# x\n", { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } });
  position.line++;
  expect(await fixes(CodeActionTriggerKind.Automatic)).toEqual([]);
  await client.pushed(uri, (found) => found.some(({ range }) => range.start.line === position.line));
  expect(await fixes(CodeActionTriggerKind.Automatic)).toContain(fix);
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});

test("a client that gives a token gets each configuration when it is done, and nothing twice", async () => {
  const client = await Client.start(server, { capabilities });
  for (const name of ["a", "b"]) await client.open(uriOf(name), short);
  const parts: [string, string, number][][] = [];
  client.connection.onProgress(WorkspaceDiagnosticRequest.partialResult, "parts", ({ items }) => {
    parts.push(items.map((item) => [item.uri, item.kind, item.kind === "full" ? item.items.length : 0]));
  });
  expect((await ask(client, "parts")).items).toEqual([]);
  expect(parts).toEqual([[[uriOf("a"), "full", 1]], [[uriOf("b"), "full", 1]]]);
  expect((await ask(client)).items.map(({ uri }) => uri)).toEqual([uriOf("a"), uriOf("b")]);
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});

test("what nobody waits for any more ends in between, and the next answer is whole", async () => {
  const client = await Client.start(server, { capabilities });
  await client.open(uriOf("short"), short);
  await client.open(uriOf("long"), long);
  const source = new CancellationTokenSource();
  let parts = 0;
  client.connection.onProgress(WorkspaceDiagnosticRequest.partialResult, "parts", () => {
    parts++;
    source.cancel();
  });
  await expect(ask(client, "parts", source.token)).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  expect(parts).toBe(1);
  const textDocument = { uri: uriOf("long") };
  const other = new CancellationTokenSource();
  await client.change(textDocument.uri, `${long}\n`);
  const pulled = client.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument }, other.token);
  // When this is answered, the search goes on.
  await client.connection.sendRequest(HoverRequest.type, { textDocument, position: { line: 0, character: 1 } });
  other.cancel();
  await expect(pulled).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  expect((await ask(client)).items.map(({ uri }) => uri)).toEqual([uriOf("short"), uriOf("long")]);
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});

test("code actions let others have their turn, and are none for a text that has changed meanwhile", async () => {
  const client = await Client.start(server, { capabilities });
  const uri = uriOf("long");
  const textDocument = { uri };
  // At a word that the release does not know: there is a fix.
  const place = { line: 0, character: 16 };
  const text = `listen on lo mask-source\n${long}`;
  const rule = { line: text.split("\n").findIndex((line) => line.startsWith("match")), character: 1 };
  await client.open(uri, text);
  const actions = (kind = "quickfix", at = place) =>
    client.connection.sendRequest(CodeActionRequest.type, {
      textDocument,
      range: { start: at, end: at },
      context: { diagnostics: [], only: [kind] },
    });
  const hover = () => client.connection.sendRequest(HoverRequest.type, { textDocument, position: place });
  await hover();
  const order: string[] = [];
  await Promise.all([
    actions().then((found) => order.push(found?.length ? "actions" : "none")),
    hover().then(() => order.push("hover")),
    // What asks of mail needs no findings.
    actions("source.mail", rule).then((found) => order.push(found?.length ? "questions" : "none")),
  ]);
  expect(order).toEqual(["hover", "questions", "actions"]);

  const changed = client.change(uri, `\nlisten on lo mask-source\n${long}`);
  const asked = actions();
  await changed;
  await client.change(uri, `listen on lo mask-source\n${long}`);
  expect(await asked).toEqual([]);
  expect(await actions()).not.toEqual([]);
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});

describe("what is open and not read", () => {
  const names = [..."abcdefgh"];
  const text = long.slice(0, 50_000);
  const textDocument = { uri: uriOf("a") };
  const position = { line: 0, character: 1 };
  /** A client whose documents are all to be read anew. */
  async function behind(): Promise<Client> {
    const client = await Client.start(server, { capabilities });
    for (const name of names) await client.open(uriOf(name), text);
    await hover(client);
    await client.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: {} });
    return client;
  }
  const hover = ({ connection }: Client) => connection.sendRequest(HoverRequest.type, { textDocument, position });
  /** Depends on no document. */
  const newest = ({ connection }: Client) => connection.sendRequest("smtpdlint/target", { uri: null });

  test("is read in turns", async () => {
    const client = await behind();
    const order: string[] = [];
    await Promise.all([
      hover(client).then((found) => order.push(found ? "hover" : "no hover")),
      newest(client).then(() => order.push("newest")),
    ]);
    expect(order).toEqual(["newest", "hover"]);
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });

  test("keeps no answer for a text that has changed meanwhile", async () => {
    const client = await behind();
    const asked = hover(client);
    const renamed = client.connection.sendRequest(RenameRequest.type, { textDocument, position, newName: "t" });
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    void client.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { ...textDocument, version: 1000 },
      contentChanges: [{ range, text: "\n" }],
    });
    const answers = await Promise.allSettled([asked, renamed]);
    expect(answers).toMatchObject([
      { status: "rejected", reason: { code: LSPErrorCodes.ContentModified } },
      { status: "rejected", reason: { code: LSPErrorCodes.ContentModified } },
    ]);
    expect(await hover(client)).toBeNull();
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });
});
