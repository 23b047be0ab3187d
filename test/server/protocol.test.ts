import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  CodeActionRequest,
  CodeLensRequest,
  type CompletionItem,
  CompletionRequest,
  DefinitionRequest,
  type Diagnostic,
  DidChangeConfigurationNotification,
  DocumentDiagnosticRequest,
  DocumentFormattingRequest,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  DocumentOnTypeFormattingRequest,
  DocumentRangeFormattingRequest,
  DocumentRangesFormattingRequest,
  DocumentSymbolRequest,
  ExecuteCommandRequest,
  FoldingRangeRequest,
  type Hover,
  HoverRequest,
  InlayHintRequest,
  PrepareRenameRequest,
  type ProtocolRequestType,
  ReferencesRequest,
  RenameRequest,
  type SelectionRange,
  SelectionRangeRequest,
  type SemanticTokens,
  type SemanticTokensDelta,
  SemanticTokensDeltaRequest,
  SemanticTokensRangeRequest,
  SemanticTokensRequest,
  ShowMessageNotification,
  type SignatureHelp,
  SignatureHelpRequest,
  type TextEdit,
  WorkDoneProgress,
  WorkDoneProgressCreateRequest,
  WorkspaceDiagnosticRequest,
  WorkspaceSymbolRequest,
} from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { Client } from "./client.ts";

/** The built server, as a process, spoken to as an editor does. */
const root = fileURLToPath(new URL("../../", import.meta.url));
const { folder } = temporaryFolder("server");
const uri = (name: string) => pathToFileURL(join(folder, name)).href;
const server = [join(root, "packages/server/dist/server.js"), "--stdio"];

const rulesOf = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ code }) => code);
const apply = (text: string, edits: readonly TextEdit[]) =>
  TextDocument.applyEdits(TextDocument.create("file:///x", "", 0, text), [...edits]);

test("--version says which it is", () => {
  const { version } = JSON.parse(readFileSync(join(root, "packages/server/package.json"), "utf8"));
  const { stdout, status } = spawnSync(process.execPath, [server[0] as string, "--version"], { encoding: "utf8" });
  expect([status, stdout]).toEqual([0, `${version}\n`]);
});

test("--help says how it is used, and other ways of speaking are refused", () => {
  const start = (...argv: string[]) =>
    spawnSync(process.execPath, [server[0] as string, ...argv], { encoding: "utf8", input: "" });
  for (const word of ["--help", "-h"]) {
    expect(start(word)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^usage: smtpdlint-language-server/),
    });
  }
  for (const word of ["--port=3", "--socket=3", "--pipe=x", "--node-ipc"]) {
    const stderr = `smtpdlint-language-server: ${word}: it speaks over standard input and output only\n`;
    expect(start("--stdio", word)).toMatchObject({ status: 2, stdout: "", stderr });
  }
});

test.skipIf(!existsSync("/proc/self/status"))(
  "a large document that is closed leaves little behind",
  async () => {
    const client = await Client.start(server);
    const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${client.pid}/status`, "utf8"))?.[1]);
    const before = memory();
    const text = Array.from({ length: 50_000 }, (_, index) => `match for domain d${index}.example.org reject\n`).join(
      "",
    );
    await client.open(uri("large.conf"), text);
    await client.pushed(uri("large.conf"), () => true);
    const grown = memory() - before;
    await client.close(uri("large.conf"));
    await expect.poll(() => memory() - before).toBeLessThan(grown / 2);
    await client.stop();
  },
  60_000,
);

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

  test("of a large file are announced", async () => {
    const client = await Client.start(server, { capabilities: { window: { workDoneProgress: true } } });
    const seen: unknown[] = [];
    client.connection.onRequest(WorkDoneProgressCreateRequest.type, ({ token }) => {
      client.connection.onProgress(WorkDoneProgress.type, token, ({ kind }) => {
        seen.push(kind);
      });
    });
    await client.open(uri("large.conf"), `${"# a comment of a large file\n".repeat(40_000)}foo\n`);
    expect(rulesOf(await client.pushed(uri("large.conf"), ({ length }) => length > 0))).toContain("unknown-statement");
    await client.connection.sendRequest(WorkspaceSymbolRequest.type, { query: "" });
    expect(seen).toEqual(["begin", "end"]);
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });

  test("obey settings and the configuration file", async () => {
    const client = await Client.start(server, { settings: { target: "6.8", rules: { "no-rules": "off" } } });
    await client.open(uri("settings.conf"), "table t {\n  a }\n");
    expect(rulesOf(await client.pushed(uri("settings.conf"), ({ length }) => length > 0))).toContain("too-new");
    writeFileSync(join(folder, ".smtpdlintrc.json"), '{ "target": "7.8", "rules": { "unused-table": "off" } }');
    await client.change(uri("settings.conf"), "table t {\n  b }\n");
    expect(await client.pushed(uri("settings.conf"), ({ length }) => length === 0)).toEqual([]);
    // Files that it extends, overrides and categories, as on the command line.
    writeFileSync(join(folder, "base.json"), '{ "rules": { "unused": "off" }, "target": "6.4" }');
    writeFileSync(
      join(folder, ".smtpdlintrc.json"),
      '{ "extends": "base.json", "overrides": [{ "files": ["settings.conf"], "target": "7.8" }] }',
    );
    await client.change(uri("settings.conf"), "table t {\n  c }\nmatch form\n");
    await client.pushed(uri("settings.conf"), ({ length }) => length > 0);
    await client.change(uri("settings.conf"), "table t {\n  d }\n");
    expect(await client.pushed(uri("settings.conf"), ({ length }) => length === 0)).toEqual([]);
    rmSync(join(folder, ".smtpdlintrc.json"));
    expect(await client.stop()).toBe(0);
  });

  test("see each host's files below its own root", async () => {
    const hosts = join(folder, "hosts");
    mkdirSync(join(hosts, "mx1/etc"), { recursive: true });
    writeFileSync(join(hosts, ".smtpdlintrc.json"), '{ "root": "*" }');
    writeFileSync(join(hosts, "common.conf"), "table t { a }\n");
    symlinkSync("../../common.conf", join(hosts, "mx1/etc/common.conf"));
    const client = await Client.start(server);
    const path = uri("hosts/mx1/smtpd.conf");
    // A table twice shows that the file was read.
    await client.open(path, 'include "/etc/common.conf"\ntable t { b }\nmatch for domain <t> reject\n');
    expect(rulesOf(await client.pushed(path, ({ length }) => length > 0))).toContain("duplicate-table");
    expect(await client.stop()).toBe(0);
  });
});

describe("code actions", () => {
  const text = 'listen on lo \\\n  mask-source\nmatch for any action "x"\naction "x" mbox\n';

  async function actionsAt(line: number, character: number, only?: string[]) {
    // An editor without links to the pages of rules.
    const capabilities = { textDocument: { publishDiagnostics: {} } };
    const client = await Client.start(server, { capabilities });
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

  test("mend and explain", async () => {
    const { client, actions, titled } = await actionsAt(1, 5);
    expect(titled("Change to 'mask-src'")).toBe(text.replace("mask-source", "mask-src"));
    const shown = new Promise<string>((resolve) =>
      client.connection.onNotification(ShowMessageNotification.type, ({ message }) => resolve(message)),
    );
    const explain = actions?.find(({ title }) => title === "Show the documentation of old-syntax");
    const command = explain?.command as { command: string; arguments: string[] };
    await client.connection.sendRequest(ExecuteCommandRequest.type, command);
    expect(await shown).toContain("old-syntax.md");
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });

  test.each(["source", "source.fixAll", "source.fixAll.smtpdlint"])("all at once, as %s", async (kind) => {
    const { client, actions, titled } = await actionsAt(0, 0, [kind]);
    expect(actions?.map(({ title }) => title)).toEqual(["Apply all safe fixes"]);
    expect(titled("Apply all safe fixes")).toBe(text.replace("mask-source", "mask-src"));
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
    const ranges = [{ start: { line: 0, character: 0 }, end: { line: 0, character: 9 } }, range, range];
    const parts = await connection.sendRequest(DocumentRangesFormattingRequest.type, { textDocument, ranges, options });
    expect(apply(text, parts ?? [])).toBe("listen on lo\nmatch for any reject\n");
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

describe("questions about a place", () => {
  const inc = "table t { a.org }\n";
  const text =
    'include "asked.inc"\naction out relay\nmatch from any for domain <t> action out\nmatch for any \\\n action out\n';
  const textDocument = { uri: uri("asked.conf") };
  const other = { uri: uri("asked.inc") };
  const onTable = { textDocument, position: { line: 2, character: 28 } };
  let client: Client;

  beforeAll(async () => {
    writeFileSync(join(folder, "asked.inc"), inc);
    client = await Client.start(server, { folder: pathToFileURL(folder).href });
    await client.open(textDocument.uri, text);
  });
  afterAll(async () => {
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });
  const ask = <P, R>(type: ProtocolRequestType<P, R, never, unknown, unknown>, params: P): Promise<R> =>
    client.connection.sendRequest(type as never, params as never);
  const at = (line: number, from: number, to: number) => ({
    start: { line, character: from },
    end: { line, character: to },
  });

  test("definition and references", async () => {
    expect(await ask(DefinitionRequest.type as never, onTable)).toEqual([{ uri: other.uri, range: at(0, 6, 7) }]);
    const context = { includeDeclaration: true };
    expect(await ask(ReferencesRequest.type as never, { ...onTable, context })).toEqual([
      { uri: textDocument.uri, range: at(2, 27, 28) },
      { uri: other.uri, range: at(0, 6, 7) },
    ]);
    expect(await ask(DocumentHighlightRequest.type as never, onTable)).toEqual([{ range: at(2, 27, 28), kind: 2 }]);
  });

  test("a space alone brings a list only where the line cannot end", async () => {
    const uriOfMore = uri("spaces.conf");
    await client.open(uriOfMore, "listen on \nlisten on lo \ntable t \n");
    const listAt = (line: number, character: number) => {
      const context = { triggerKind: 2, triggerCharacter: " " };
      const params = { textDocument: { uri: uriOfMore }, position: { line, character }, context };
      return ask<unknown, { isIncomplete: boolean; items: CompletionItem[] } | CompletionItem[]>(
        CompletionRequest.type as never,
        params,
      );
    };
    expect(await listAt(0, 10)).toContainEqual(expect.objectContaining({ label: "0.0.0.0" }));
    expect(await listAt(1, 13)).toEqual([]);
    // Behind `file:` there is more, and the client is to ask for it.
    const paths = await listAt(2, 8);
    expect(paths).toMatchObject({ isIncomplete: true, items: [{ label: "file:" }] });
    // With such a text, older Neovims would put it behind what is typed.
    expect("items" in paths && paths.items[0]).not.toHaveProperty("filterText");
  });

  test("a command in a message names the file as a shell wants it", async () => {
    const spaced = uri("two words.conf");
    await client.open(spaced, "listen on 0.0.0.0\naction in mbox\nmatch from any for domain a.org action in\n");
    const path = join(folder, "two words.conf");
    const found = await client.pushed(spaced, (some) => some.length > 0);
    expect(found.map(({ message }) => message).join("\n")).toContain(`smtpdlint trace '${path}' --to`);
  });

  test("completion, hover and signatures", async () => {
    const position = { line: 2, character: 6 };
    const items: CompletionItem[] = await ask(CompletionRequest.type as never, { textDocument, position });
    expect(items.map(({ label }) => label)).toEqual(expect.arrayContaining(["from", "for", "auth", "reject"]));
    expect(items.find(({ label }) => label === "from")).toMatchObject({ kind: 14, textEdit: { range: at(2, 6, 6) } });
    const shown: Hover = await ask(HoverRequest.type as never, onTable);
    expect(shown).toMatchObject({
      range: at(2, 27, 28),
      contents: { kind: "markdown", value: expect.stringContaining("a.org") },
    });
    const help: SignatureHelp = await ask(SignatureHelpRequest.type as never, { textDocument, position });
    expect(help.signatures[0]?.label).toMatch(/^match /);
  });

  test("rename, and why not", async () => {
    expect(await ask(PrepareRenameRequest.type as never, onTable)).toEqual({ range: at(2, 27, 28), placeholder: "t" });
    expect(await ask(RenameRequest.type as never, { ...onTable, newName: "domains" })).toEqual({
      changes: {
        [other.uri]: [{ range: at(0, 6, 7), newText: "domains" }],
        [textDocument.uri]: [{ range: at(2, 27, 28), newText: "domains" }],
      },
    });
    await expect(ask(RenameRequest.type as never, { ...onTable, newName: "" })).rejects.toThrow("cannot be empty");
  });

  test("links and symbols", async () => {
    expect(await ask(DocumentLinkRequest.type as never, { textDocument })).toEqual([
      { range: at(0, 8, 19), target: other.uri },
    ]);
    const symbols: { name: string }[] = await ask(DocumentSymbolRequest.type as never, { textDocument });
    expect(symbols.map(({ name }) => name)).toEqual([
      "include asked.inc",
      "out",
      "from any for domain <t> → out",
      "for any → out",
    ]);
    const found: { name: string }[] = await ask(WorkspaceSymbolRequest.type as never, { query: "ut" });
    expect(found.map(({ name }) => name)).toEqual(["out", "from any for domain <t> → out", "for any → out"]);
  });

  test("folds and selections", async () => {
    expect(await ask(FoldingRangeRequest.type as never, { textDocument })).toEqual([
      { startLine: 3, endLine: 4, kind: "region" },
    ]);
    const [range]: SelectionRange[] = await ask(SelectionRangeRequest.type as never, {
      textDocument,
      positions: [onTable.position],
    });
    expect([range?.range, range?.parent?.range]).toEqual([at(2, 27, 28), at(2, 26, 29)]);
  });

  test("semantic tokens, in full, in part, and what has changed", async () => {
    const full: SemanticTokens = await ask(SemanticTokensRequest.type as never, { textDocument });
    expect(full.data.slice(0, 5)).toEqual([0, 0, 7, 1, 0]);
    const part: SemanticTokens = await ask(SemanticTokensRangeRequest.type as never, {
      textDocument,
      range: at(1, 0, 3),
    });
    expect(part.data).toEqual([1, 0, 6, 1, 0]);
    await client.change(textDocument.uri, `# new\n${text}`);
    const previousResultId = full.resultId ?? "";
    const delta: SemanticTokensDelta = await ask(SemanticTokensDeltaRequest.type as never, {
      textDocument,
      previousResultId,
    });
    expect(delta.edits[0]).toMatchObject({ data: expect.any(Array) });
    await client.change(textDocument.uri, text);
  });

  test("hints and lenses", async () => {
    const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
    const hints: { label: string; position: object }[] = await ask(InlayHintRequest.type as never, {
      textDocument,
      range,
    });
    expect(hints.map(({ label, position }) => ({ label, position }))).toEqual([
      { label: "from local", position: { line: 3, character: 5 } },
    ]);
    const withMacro = uri("hints.conf");
    await client.open(withMacro, "web = lo\nlisten on $web\nmatch for any reject\n");
    const configuration = { inlayHints: { implied: false, macros: true } };
    await client.connection.sendNotification(DidChangeConfigurationNotification.type, {
      settings: { smtpdlint: configuration },
    });
    expect(await ask(InlayHintRequest.type as never, { textDocument: { uri: withMacro }, range })).toEqual([
      {
        position: { line: 1, character: 14 },
        label: [
          {
            value: "= lo",
            tooltip: "what the macro stands for",
            location: { uri: withMacro, range: { start: { line: 0, character: 6 }, end: { line: 0, character: 8 } } },
          },
        ],
        paddingLeft: true,
      },
    ]);
    await client.close(withMacro);
    const titles = async () => {
      const lenses: { command: { title: string } }[] = await ask(CodeLensRequest.type as never, { textDocument });
      return lenses.map(({ command }) => command.title);
    };
    expect(await titles()).toEqual([]);
    const configure = (smtpdlint: object) =>
      client.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: { smtpdlint } });
    await configure({ codeLenses: { references: true } });
    expect(await titles()).toEqual(["2 references"]);
    await configure({});
  });
});

test("smtpdlint lsp is the same server", async () => {
  const client = await Client.start([join(root, "packages/cli/dist/smtpdlint.cjs"), "lsp", "--stdio"]);
  await client.open(uri("lsp.conf"), "match reject\nfoo\n");
  expect(rulesOf(await client.pushed(uri("lsp.conf"), ({ length }) => length > 0))).toEqual(["unknown-statement"]);
  expect(await client.stop()).toBe(0);
});

test("a client that says it asks for diagnostics and never does is told", async () => {
  const client = await Client.start(server, { capabilities: { textDocument: { diagnostic: {} } } });
  await client.open(uri("never-pulls.conf"), "listen on lo prot 25\nmatch reject\n");
  const found = await client.pushed(uri("never-pulls.conf"), (diagnostics) => diagnostics.length > 0);
  expect(found.map(({ code }) => code)).toEqual(["misspelt-word"]);
  expect(await client.stop()).toBe(0);
});

test.each([
  ["a header that is none", "Content-Nonsense: 5\r\n\r\nabcde"],
  ["the end of its input", ""],
])("ends after %s", async (_, input) => {
  const { status, stderr } = spawnSync(process.execPath, [server[0] as string, "--stdio"], { input, encoding: "utf8" });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^smtpdlint: /);
});
