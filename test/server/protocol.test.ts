import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  CodeActionRequest,
  type Diagnostic,
  DocumentDiagnosticRequest,
  DocumentFormattingRequest,
  DocumentOnTypeFormattingRequest,
  DocumentRangeFormattingRequest,
  ExecuteCommandRequest,
  ShowMessageNotification,
  type TextEdit,
  WorkspaceDiagnosticRequest,
} from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { Client } from "./client.ts";

/** The built server, as a process, spoken to as an editor does. */
const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "smtpdlint-server-"));
const uri = (name: string) => pathToFileURL(join(folder, name)).href;
const server = [join(root, "packages/server/dist/server.js"), "--stdio"];

beforeAll(() => {
  for (const script of ["packages/server/build.mjs", "packages/cli/build.mjs"]) {
    const { status, stderr } = spawnSync(process.execPath, [join(root, script)]);
    if (status !== 0) throw new Error(stderr.toString());
  }
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const rulesOf = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ code }) => code);
const apply = (text: string, edits: readonly TextEdit[]) =>
  TextDocument.applyEdits(TextDocument.create("file:///x", "", 0, text), [...edits]);

describe("diagnostics", () => {
  test("are pushed to a client that does not ask, with all that LSP can say", async () => {
    const client = await Client.start(server);
    await client.open(
      uri("push.conf"),
      "action x relay srs\nlisten on lo mask-source\nmatch from any for any action x\nmatch reject\n",
    );
    const found = await client.pushed(uri("push.conf"), ({ length }) => length === 3);
    expect(rulesOf(found)).toEqual(["srs-without-key", "old-syntax", "unreachable-match"]);
    expect(found[1]).toMatchObject({
      range: { start: { line: 1, character: 13 }, end: { line: 1, character: 24 } },
      severity: 1,
      source: "smtpdlint",
      tags: [2],
      codeDescription: { href: expect.stringContaining("old-syntax.md") },
    });
    expect(found[2]).toMatchObject({
      tags: [1],
      relatedInformation: [{ location: { uri: uri("push.conf"), range: { start: { line: 2, character: 0 } } } }],
    });
    await client.change(uri("push.conf"), "match reject\n");
    expect(await client.pushed(uri("push.conf"), ({ length }) => length === 0)).toEqual([]);
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });

  test("of a file and of what it includes, with what is not saved yet", async () => {
    writeFileSync(join(folder, "inc.conf"), "action out relay\n");
    const client = await Client.start(server, { folder: pathToFileURL(folder).href });
    await client.open(uri("main.conf"), 'include "inc.conf"\nmatch for any action out\n');
    await client.pushed(uri("main.conf"), ({ length }) => length === 0);
    await client.open(uri("inc.conf"), "action uot relay\n");
    expect(rulesOf(await client.pushed(uri("main.conf"), ({ length }) => length > 0))).toEqual(["undefined-action"]);
    await client.change(uri("inc.conf"), "out", { start: { line: 0, character: 7 }, end: { line: 0, character: 10 } });
    await client.pushed(uri("main.conf"), ({ length }) => length === 0);
    await client.change(uri("inc.conf"), "action out relay foo\n");
    expect(rulesOf(await client.pushed(uri("inc.conf"), ({ length }) => length > 0))).toEqual(["syntax-error"]);
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });

  test("of an included file that is open alone, in the context of the file that includes it", async () => {
    writeFileSync(join(folder, "smtpd.conf"), 'table t { a }\ninclude "part.conf"\nmatch reject\n');
    const client = await Client.start(server, { folder: pathToFileURL(folder).href });
    await client.open(uri("part.conf"), "match from any for domain <t> reject\n");
    await client.pushed(uri("part.conf"), ({ length }) => length === 0);
    await client.change(uri("part.conf"), "match from any for domain <u> reject\n");
    expect(rulesOf(await client.pushed(uri("part.conf"), ({ length }) => length > 0))).toEqual(["undefined-table"]);
    expect(await client.stop()).toBe(0);
  });

  test("are given to a client that asks", async () => {
    const client = await Client.start(server, { capabilities: { textDocument: { diagnostic: {} } } });
    await client.open(uri("pull.conf"), 'include "inc.conf"\nmatch for any action nope\n');
    const textDocument = { uri: uri("pull.conf") };
    const report = await client.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument });
    expect(report).toMatchObject({ kind: "full", items: [{ code: "undefined-action" }] });
    const all = await client.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: [] });
    expect(all.items.find((item) => item.uri === uri("pull.conf"))).toMatchObject({
      items: [{ code: "undefined-action" }],
    });
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });

  test("obey settings and the configuration file", async () => {
    const client = await Client.start(server, { settings: { target: "6.8", rules: { "no-rules": "off" } } });
    await client.open(uri("settings.conf"), "table t {\n  a }\n");
    expect(rulesOf(await client.pushed(uri("settings.conf"), ({ length }) => length > 0))).toContain("too-new");
    writeFileSync(join(folder, ".smtpdlintrc.json"), '{ "target": "7.8", "rules": { "unused-table": "off" } }');
    await client.change(uri("settings.conf"), "table t {\n  b }\n");
    expect(await client.pushed(uri("settings.conf"), ({ length }) => length === 0)).toEqual([]);
    rmSync(join(folder, ".smtpdlintrc.json"));
    expect(await client.stop()).toBe(0);
  });
});

describe("code actions", () => {
  const text = 'listen on lo \\\n  mask-source\nmatch for any action "x"\naction "x" mbox\n';

  async function actionsAt(line: number, character: number, only?: string[]) {
    const client = await Client.start(server);
    await client.open(uri("fix.conf"), text);
    const position = { line, character };
    const actions = await client.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: uri("fix.conf") },
      range: { start: position, end: position },
      context: { diagnostics: [], ...(only && { only }) },
    });
    const titled = (title: string) => {
      const action = actions?.find((item) => item.title === title);
      return action && "edit" in action ? apply(text, action.edit?.changes?.[uri("fix.conf")] ?? []) : undefined;
    };
    return { client, actions, titled };
  }

  test("mend, suppress with a reason, and explain", async () => {
    const { client, actions, titled } = await actionsAt(1, 5);
    expect(titled("write mask-src")).toBe(text.replace("mask-source", "mask-src"));
    const comment = "# smtpdlint-disable-next-line old-syntax -- REASON\n";
    expect(titled("suppress old-syntax here, with a reason")).toBe(comment + text);
    const shown = new Promise<string>((resolve) =>
      client.connection.onNotification(ShowMessageNotification.type, ({ message }) => resolve(message)),
    );
    const explain = actions?.find(({ title }) => title === "show what old-syntax means");
    const command = explain?.command as { command: string; arguments: string[] };
    await client.connection.sendRequest(ExecuteCommandRequest.type, command);
    expect(await shown).toContain("old-syntax.md");
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });

  test("all at once", async () => {
    const { client, actions, titled } = await actionsAt(0, 0, ["source.fixAll"]);
    expect(actions?.map(({ title }) => title)).toEqual(["apply all safe fixes"]);
    expect(titled("apply all safe fixes")).toBe(text.replace("mask-source", "mask-src"));
    expect(await client.stop()).toBe(0);
  });
});

describe("formatting", () => {
  const text = "listen   on lo\nmatch   for  any   reject\n";
  const options = { tabSize: 8, insertSpaces: false };

  test("a document, a part of it, and the line that was ended", async () => {
    const client = await Client.start(server);
    await client.open(uri("fmt.conf"), text);
    const textDocument = { uri: uri("fmt.conf") };
    const { connection } = client;
    const all = await connection.sendRequest(DocumentFormattingRequest.type, { textDocument, options });
    expect(apply(text, all ?? [])).toBe("listen on lo\nmatch for any reject\n");
    const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 3 } };
    const part = await connection.sendRequest(DocumentRangeFormattingRequest.type, { textDocument, range, options });
    expect(apply(text, part ?? [])).toBe("listen   on lo\nmatch for any reject\n");
    const position = { line: 1, character: 0 };
    const typed = await connection.sendRequest(DocumentOnTypeFormattingRequest.type, {
      textDocument,
      position,
      ch: "\n",
      options,
    });
    expect(apply(text, typed ?? [])).toBe("listen on lo\nmatch   for  any   reject\n");
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });
});

test("smtpdlint lsp is the same server", async () => {
  const client = await Client.start([join(root, "packages/cli/dist/smtpdlint.js"), "lsp", "--stdio"]);
  await client.open(uri("lsp.conf"), "match reject\nfoo\n");
  expect(rulesOf(await client.pushed(uri("lsp.conf"), ({ length }) => length > 0))).toEqual(["unknown-statement"]);
  expect(await client.stop()).toBe(0);
});
