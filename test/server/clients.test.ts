import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import {
  type ClientCapabilities,
  CodeActionRequest,
  type CodeLens,
  CodeLensRefreshRequest,
  CodeLensRequest,
  CodeLensResolveRequest,
  CompletionRequest,
  CompletionResolveRequest,
  DeclarationRequest,
  DefinitionRequest,
  DidChangeConfigurationNotification,
  DocumentDiagnosticRequest,
  DocumentFormattingRequest,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  DocumentOnTypeFormattingRequest,
  DocumentRangeFormattingRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  HoverRequest,
  ImplementationRequest,
  InlayHintRequest,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  SelectionRangeRequest,
  SemanticTokensDeltaRequest,
  SemanticTokensRangeRequest,
  SemanticTokensRequest,
  SignatureHelpRequest,
  WorkspaceDiagnosticRequest,
  WorkspaceSymbolRequest,
} from "vscode-languageserver-protocol/node";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { Client } from "./client.ts";

/** The built server with clients of every kind: what it answers is what they have said that they understand. */
const server = [fileURLToPath(new URL("../../packages/server/dist/server.js", import.meta.url)), "--stdio"];

type Capabilities = ClientCapabilities;
type Shape = Readonly<Record<string, unknown>>;

/** Three characters before the name on line 3 are of 2, 3 and 4 bytes. */
const text = `# local_mail is *ours*
table local_mail { "ä€😀", example.org, example.net, example.org }
unused = "x"
match tag "ä€😀" for domain <local_mail> reject
match from any for domain { "ä€😀" } action nothing
match for any reject
match for local reject
`;

const clients: Readonly<Record<string, Capabilities>> = {
  "without capabilities": {},
  "that counts bytes": { general: { positionEncodings: ["utf-8", "utf-16"] } },
  "that counts characters": { general: { positionEncodings: ["utf-32", "utf-8"] } },
  "that names an encoding which nobody has": { general: { positionEncodings: ["ebcdic"] } },
  "that only pulls": { textDocument: { diagnostic: { relatedDocumentSupport: true } } },
  "that is only pushed to": {
    textDocument: {
      publishDiagnostics: { relatedInformation: true, tagSupport: { valueSet: [1] }, versionSupport: true },
    },
  },
  "with Markdown, and no snippets": {
    textDocument: {
      hover: { contentFormat: ["markdown", "plaintext"] },
      completion: { completionItem: { documentationFormat: ["markdown"] } },
    },
  },
  "that likes plain text better": {
    textDocument: {
      hover: { contentFormat: ["plaintext", "markdown"] },
      completion: {
        completionItem: {
          documentationFormat: ["plaintext", "markdown"],
          snippetSupport: true,
          resolveSupport: { properties: ["documentation"] },
        },
      },
    },
  },
  "with all that there is": {
    general: { positionEncodings: ["utf-16"] },
    textDocument: {
      publishDiagnostics: {
        relatedInformation: true,
        tagSupport: { valueSet: [1, 2] },
        versionSupport: true,
        codeDescriptionSupport: true,
      },
      hover: { contentFormat: ["markdown"] },
      completion: {
        completionItem: {
          documentationFormat: ["markdown"],
          snippetSupport: true,
          labelDetailsSupport: true,
          resolveSupport: { properties: ["documentation", "detail"] },
        },
        completionItemKind: { valueSet: [1, 6, 12, 14, 15, 17, 18, 19, 21, 23] },
      },
      documentSymbol: {
        hierarchicalDocumentSymbolSupport: true,
        symbolKind: { valueSet: [7, 12, 14, 15, 18, 20, 24] },
      },
      codeAction: {
        codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } },
        isPreferredSupport: true,
      },
      signatureHelp: {
        signatureInformation: { parameterInformation: { labelOffsetSupport: true }, activeParameterSupport: true },
      },
      codeLens: { resolveSupport: { properties: ["command"] } },
      rangeFormatting: { rangesSupport: true },
      definition: { linkSupport: true },
      rename: { prepareSupport: true },
      foldingRange: { rangeLimit: 1, lineFoldingOnly: true },
    },
    workspace: { applyEdit: true },
    experimental: { smtpdlint: { showReferences: true } },
  },
  "that changes files and knows no code actions but commands": { workspace: { applyEdit: true } },
};

const uri = "file:///etc/mail/clients.conf";
const textDocument = { uri };
const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
const options = { tabSize: 8, insertSpaces: false };

const encoder = new TextEncoder();
/** How long a piece of a line is for a client. */
const lengths: Readonly<Record<string, (piece: string) => number>> = {
  "utf-8": (piece) => encoder.encode(piece).length,
  "utf-16": (piece) => piece.length,
  "utf-32": (piece) => [...piece].length,
};

describe.each(Object.entries(clients))("a client %s", (_, capabilities) => {
  const can = capabilities.textDocument;
  const shown = can?.publishDiagnostics;
  const encoding = capabilities.general?.positionEncodings?.find((name) => name in lengths) ?? "utf-16";
  const lengthOf = lengths[encoding] as (piece: string) => number;
  let client: Client;

  /** The position of a piece of the text, or `from` characters into it. */
  const positionOf = (line: number, piece: string, from = 0) => {
    const before = text.split("\n")[line] ?? "";
    return { line, character: lengthOf(before.slice(0, before.indexOf(piece) + from)) };
  };
  const rangeOf = (line: number, piece: string) => ({
    start: positionOf(line, piece),
    end: positionOf(line, piece, piece.length),
  });
  const onTable = { textDocument, position: positionOf(3, "local_mail", 2) };

  async function start(): Promise<void> {
    client = await Client.start(server, {
      capabilities,
      isBare: true,
      settings: { codeLenses: { references: true } },
    });
    await client.open(uri, text);
  }
  // biome-ignore lint/suspicious/noExplicitAny: what is asked for says what comes.
  const ask = (type: unknown, parameters: object): Promise<any> =>
    client.connection.sendRequest(type as never, parameters as never);

  test("gets answers to everything, in the shape that it understands", async () => {
    await start();
    const { capabilities: offered } = client;
    expect(offered.positionEncoding).toBe(encoding);
    expect(offered.renameProvider).toEqual(can?.rename?.prepareSupport ? { prepareProvider: true } : true);
    const literals = can?.codeAction?.codeActionLiteralSupport !== undefined;
    expect(typeof offered.codeActionProvider).toBe(literals ? "object" : "boolean");

    // Diagnostics.
    const pull = can?.diagnostic !== undefined;
    let diagnostics: Shape[];
    if (pull) {
      const report = await ask(DocumentDiagnosticRequest.type, { textDocument });
      expect("relatedDocuments" in report).toBe(can.diagnostic?.relatedDocumentSupport === true);
      diagnostics = report.items;
      expect((await ask(WorkspaceDiagnosticRequest.type, { previousResultIds: [] })).items).toHaveLength(1);
    } else {
      await expect.poll(() => client.published.length).toBeGreaterThan(0);
      expect(client.published[0]?.version !== undefined).toBe(shown?.versionSupport === true);
      diagnostics = client.published[0]?.diagnostics as unknown as Shape[];
    }
    const undefinedAction = diagnostics.find(({ code }) => code === "undefined-action");
    expect(undefinedAction?.range).toEqual(rangeOf(4, "nothing"));
    const dead = diagnostics.find(({ code }) => code === "unreachable-match");
    expect("relatedInformation" in (dead ?? {})).toBe(shown?.relatedInformation === true);
    expect("tags" in (dead ?? {})).toBe(shown?.tagSupport !== undefined);
    expect("codeDescription" in (dead ?? {})).toBe(shown?.codeDescriptionSupport === true);

    // Places.
    const defined = { uri, range: rangeOf(1, "local_mail") };
    const link = {
      originSelectionRange: rangeOf(3, "local_mail"),
      targetUri: uri,
      targetRange: rangeOf(1, text.split("\n")[1] ?? ""),
      targetSelectionRange: rangeOf(1, "local_mail"),
    };
    expect(await ask(DefinitionRequest.type, onTable)).toEqual([can?.definition?.linkSupport ? link : defined]);
    expect(await ask(DeclarationRequest.type, onTable)).toEqual([can?.declaration?.linkSupport ? link : defined]);
    const [entries] = await ask(ImplementationRequest.type, onTable);
    expect(entries.range.start).toEqual(positionOf(1, "{"));
    const references = await ask(ReferencesRequest.type, { ...onTable, context: { includeDeclaration: false } });
    expect(references).toEqual([{ uri, range: rangeOf(3, "local_mail") }]);
    expect(await ask(DocumentHighlightRequest.type, onTable)).toHaveLength(2);
    expect(await ask(PrepareRenameRequest.type, onTable)).toMatchObject({ range: rangeOf(3, "local_mail") });
    const renamed = await ask(RenameRequest.type, { ...onTable, newName: "domains" });
    expect(Object.keys(renamed)).toEqual(["changes"]);
    const [selected] = await ask(SelectionRangeRequest.type, { textDocument, positions: [onTable.position] });
    expect(selected.range).toEqual(rangeOf(3, "local_mail"));
    expect(await ask(DocumentLinkRequest.type, { textDocument })).toEqual([]);

    // Texts.
    const hover = await ask(HoverRequest.type, onTable);
    const isMarkdown = can?.hover?.contentFormat?.[0] === "markdown";
    expect(hover.range).toEqual(rangeOf(3, "local_mail"));
    expect(hover.contents.kind).toBe(isMarkdown ? "markdown" : "plaintext");
    expect(hover.contents.value).toContain(isMarkdown ? "table **local_mail**" : "table local_mail");
    if (!isMarkdown) expect(hover.contents.value).not.toMatch(/\\[_*]|\*\*|```/);
    const after = await ask(CompletionRequest.type, { textDocument, position: { line: 6, character: 6 } });
    const items: Shape[] = Array.isArray(after) ? after : after.items;
    expect(items.length).toBeGreaterThan(5);
    const atStart = await ask(CompletionRequest.type, { textDocument, position: { line: 7, character: 0 } });
    // Snippets have names with spaces: the list is to be asked for again.
    const hasSnippets = can?.completion?.completionItem?.snippetSupport === true;
    expect(Array.isArray(atStart) ? false : atStart.isIncomplete).toBe(hasSnippets);
    const statements: Shape[] = hasSnippets ? atStart.items : atStart;
    const names: Shape[] = await ask(CompletionRequest.type, onTable);
    const kinds = can?.completion?.completionItemKind?.valueSet ?? Array.from({ length: 18 }, (_, index) => index + 1);
    for (const { kind, documentation, insertTextFormat } of [...items, ...statements, ...names]) {
      expect(kinds).toContain(kind);
      if (insertTextFormat === 2) expect(can?.completion?.completionItem?.snippetSupport).toBe(true);
      if (can?.completion?.completionItem?.documentationFormat?.[0] === "markdown") continue;
      expect(["string", "undefined"]).toContain(typeof documentation);
      expect(String(documentation)).not.toMatch(/\\[_*]|```/);
    }
    const isLater = can?.completion?.completionItem?.resolveSupport !== undefined;
    expect(offered.completionProvider?.resolveProvider).toBe(isLater);
    const [table] = names.filter(({ label }) => label === "local_mail");
    expect(table && "documentation" in table).toBe(!isLater);
    const detail = expect.stringMatching(/^table local_mail \{/);
    const isBeside = can?.completion?.completionItem?.labelDetailsSupport === true;
    expect(table).toMatchObject(isBeside ? { labelDetails: { description: detail } } : { detail });
    expect(table && "detail" in table).toBe(!isBeside);
    const { documentation } = isLater ? await ask(CompletionResolveRequest.type, table as object) : (table as Shape);
    const isMarkdownItem = can?.completion?.completionItem?.documentationFormat?.[0] === "markdown";
    const described = isMarkdownItem ? documentation.value : documentation;
    expect(described).toContain("table local_mail {");
    expect(described).toContain(isMarkdownItem ? "is \\*ours\\*" : "is *ours*");
    // Of a list that is not shown any more.
    await ask(CompletionRequest.type, onTable);
    if (isLater) expect(await ask(CompletionResolveRequest.type, table as object)).toEqual(table);
    const help = await ask(SignatureHelpRequest.type, { textDocument, position: positionOf(6, "reject") });
    const hasOffsets = can?.signatureHelp?.signatureInformation?.parameterInformation?.labelOffsetSupport === true;
    for (const { label, parameters } of help.signatures) {
      for (const { label: part } of parameters) {
        if (hasOffsets) expect(part).toHaveLength(2);
        else expect(label).toContain(part);
      }
    }

    // Symbols.
    const isTree = can?.documentSymbol?.hierarchicalDocumentSymbolSupport === true;
    const symbolKinds =
      can?.documentSymbol?.symbolKind?.valueSet ?? Array.from({ length: 18 }, (_, index) => index + 1);
    const symbols: Shape[] = await ask(DocumentSymbolRequest.type, { textDocument });
    expect(symbols).toHaveLength(6);
    for (const symbol of symbols) {
      expect("selectionRange" in symbol).toBe(isTree);
      expect("location" in symbol).toBe(!isTree);
      expect(symbolKinds).toContain(symbol.kind);
    }
    const found: Shape[] = await ask(WorkspaceSymbolRequest.type, { query: "" });
    for (const { kind } of found) expect(kind).toBeLessThanOrEqual(18);

    // Actions.
    const context = { diagnostics: [] };
    const actions: Shape[] = await ask(CodeActionRequest.type, { textDocument, range: rangeOf(4, "nothing"), context });
    for (const action of actions) {
      if (literals) expect(action).toHaveProperty("kind");
      // A command's name is a string; an action with a command has an object.
      else expect(Object.keys(action).sort()).toEqual(["arguments", "command", "title"]);
      if (!can?.codeAction?.isPreferredSupport) expect(action).not.toHaveProperty("isPreferred");
    }
    const titles = actions.map(({ title }) => title);
    const canChange = literals || capabilities.workspace?.applyEdit === true;
    expect(titles.includes("Add action 'nothing' with mbox")).toBe(canChange);
    expect(titles.includes("Show the documentation of undefined-action")).toBe(!shown?.codeDescriptionSupport);

    // Appearance.
    const tokens = await ask(SemanticTokensRequest.type, { textDocument });
    const afterTag = positionsOf(tokens.data).find(
      ({ line, character }) => line === 3 && character > lengthOf('match tag "'),
    );
    expect(afterTag?.character).toBe(positionOf(3, "for").character);
    const ofTag = positionsOf(tokens.data).find(
      ({ line, character }) => line === 3 && character === positionOf(3, '"').character,
    );
    expect(ofTag?.length).toBe(lengthOf('"ä€😀"'));
    expect(await ask(SemanticTokensRangeRequest.type, { textDocument, range: whole })).toHaveProperty("data");
    const previousResultId = tokens.resultId;
    expect(await ask(SemanticTokensDeltaRequest.type, { textDocument, previousResultId })).toMatchObject({ edits: [] });
    const folds: Shape[] = await ask(FoldingRangeRequest.type, { textDocument });
    expect(folds.length).toBeLessThanOrEqual(can?.foldingRange?.rangeLimit ?? 99);
    const hints: Shape[] = await ask(InlayHintRequest.type, { textDocument, range: whole });
    const written = (line: number, piece: string, newText: string) => {
      const position = positionOf(line, piece);
      return expect.objectContaining({
        position,
        label: newText.trim(),
        textEdits: [{ range: { start: position, end: position }, newText }],
      });
    };
    expect(hints).toEqual([
      written(3, " tag", " from local"),
      written(5, " for", " from local"),
      written(6, " for", " from local"),
    ]);
    const resolves = can?.codeLens?.resolveSupport !== undefined;
    expect(offered.codeLensProvider?.resolveProvider).toBe(resolves);
    const given: CodeLens[] = await ask(CodeLensRequest.type, { textDocument });
    for (const lens of given) expect(["data" in lens, "command" in lens]).toEqual([resolves, !resolves]);
    const lenses: CodeLens[] = resolves
      ? await Promise.all(given.map((lens) => ask(CodeLensResolveRequest.type, lens)))
      : given;
    expect(lenses.map(({ range, command }) => `${range.start.line} ${command?.title}`)).toEqual([
      "1 1 reference",
      "2 never used",
      "6 never reached",
    ]);
    if (resolves) {
      const gone = { range: whole, data: [uri, "names", 1] };
      expect(await ask(CodeLensResolveRequest.type, gone)).toEqual({ range: whole });
    }
    expect(lenses.some(({ command }) => command?.command === "smtpdlint.showReferences")).toBe(
      capabilities.experimental?.smtpdlint?.showReferences === true,
    );

    // Formatting.
    await ask(DocumentFormattingRequest.type, { textDocument, options });
    const ranges = can?.rangeFormatting?.rangesSupport === true;
    expect(offered.documentRangeFormattingProvider).toEqual(ranges ? { rangesSupport: true } : true);
    await ask(DocumentRangeFormattingRequest.type, { textDocument, range: whole, options });
    const position = { line: 7, character: 0 };
    await ask(DocumentOnTypeFormattingRequest.type, { textDocument, position, ch: "\n", options });

    // Our own settings.
    const settingsUri = "file:///etc/mail/.smtpdlintrc.json";
    const settings = { textDocument: { uri: settingsUri } };
    const before = '{ "ä€😀": 1, "rules": { ';
    await client.open(settingsUri, `${before}"no-rulse": "off", "no-rules": "off" } }`, "json");
    const place = (from: number) => ({ line: 0, character: lengthOf(before) + from });
    const slip = { start: place(0), end: place(10) };
    const mistakes: Shape[] = pull
      ? (await ask(DocumentDiagnosticRequest.type, settings)).items
      : await client.pushed(settingsUri, ({ length }) => length === 2);
    expect(mistakes[1]).toMatchObject({ code: "settings", range: slip });
    const aboutRule = await ask(HoverRequest.type, { ...settings, position: place(20) });
    expect(aboutRule.contents.kind).toBe(isMarkdown ? "markdown" : "plaintext");
    const severities: Shape[] = await ask(CompletionRequest.type, { ...settings, position: place(15) });
    for (const { kind } of severities) expect(kinds).toContain(kind);
    const [mend] = await ask(CodeActionRequest.type, { ...settings, range: slip, context });
    expect(mend?.title).toBe(canChange ? "Change to 'no-rules'" : undefined);
    const { changes } = mend ? (literals ? mend.edit : mend.arguments[0]) : { changes: undefined };
    if (changes) expect(changes[settingsUri]).toEqual([{ range: slip, newText: '"no-rules"' }]);

    // An edit behind the characters that are counted in different ways, and one that depends on it.
    await client.edit(uri, [
      { range: rangeOf(3, "reject"), text: "action nothing" },
      { range: { start: positionOf(3, "ä"), end: positionOf(3, "😀") }, text: "x" },
    ]);
    const { data } = await ask(SemanticTokensRequest.type, { textDocument });
    const line = `match tag "x😀" for domain <local_mail> action nothing`;
    const inLine = positionsOf(data).filter((token) => token.line === 3);
    expect(inLine.map(({ character }) => character)).toContain(lengthOf(line.slice(0, line.indexOf("nothing"))));
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });
});

/** Where the tokens are, and how long. */
function positionsOf(data: readonly number[]) {
  let [line, character] = [0, 0];
  const found: { line: number; character: number; length: number }[] = [];
  for (let at = 0; at < data.length; at += 5) {
    const [lines = 0, characters = 0, length = 0] = data.slice(at, at + 3);
    line += lines;
    character = lines > 0 ? characters : character + characters;
    found.push({ line, character, length });
  }
  return found;
}

test("a client that pulls is told again only what has changed", async () => {
  const client = await Client.start(server, { capabilities: { textDocument: { diagnostic: {} } } });
  const other = "file:///etc/mail/other.conf";
  await client.open(uri, "listen on lo prot 25\nmatch reject\n");
  await client.open(other, "match reject\n");
  const pull = (previousResultId?: string) =>
    client.connection.sendRequest(DocumentDiagnosticRequest.type, {
      textDocument,
      ...(previousResultId && { previousResultId }),
    });
  const first = await pull();
  expect(first).toMatchObject({ kind: "full", items: [{ code: "misspelt-word" }] });
  const { resultId = "" } = first;
  expect(await pull(resultId)).toEqual({ kind: "unchanged", resultId });
  await client.change(other, "match for any reject\n");
  expect(await pull(resultId)).toEqual({ kind: "unchanged", resultId });
  const previousResultIds = [{ uri, value: resultId }];
  const { items } = await client.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds });
  expect(items.map((item) => [item.uri, item.kind])).toEqual([
    [uri, "unchanged"],
    [other, "full"],
  ]);
  await client.change(uri, "listen on lo port 25\nmatch reject\n");
  expect(await pull(resultId)).toMatchObject({ kind: "full", items: [] });
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});

test("a file with another name has its findings there, and no more where it was", async () => {
  const client = await Client.start(server);
  const text = "listen on lo prot 25\nmatch reject\n";
  const renamed = "file:///etc/mail/renamed.conf";
  await client.open(uri, text);
  await client.pushed(uri, ({ length }) => length === 1);
  await client.close(uri);
  await client.open(renamed, text);
  await client.pushed(renamed, ({ length }) => length === 1);
  expect(client.published.findLast((one) => one.uri === uri)?.diagnostics).toEqual([]);
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});

test.each(["untitled:Untitled-1", "vscode-vfs://host/etc/mail/smtpd.conf", "zipfile:///x.zip::smtpd.conf"])(
  "a document at %s, whose neighbours nobody reads, has its own findings",
  async (place) => {
    const client = await Client.start(server, { isBare: true });
    const text = 'include "inc.conf"\ntable t file:/etc/mail/t\nlisten on lo prot 25\nmatch for domain <t> reject\n';
    await client.open(place, text);
    const found = await client.pushed(place, ({ length }) => length > 0);
    expect(found.map(({ code }) => code)).toContain("misspelt-word");
    const position = { line: 2, character: 14 };
    const params = {
      textDocument: { uri: place },
      range: { start: position, end: position },
      context: { diagnostics: [] },
    };
    expect(await client.connection.sendRequest(CodeActionRequest.type, params)).not.toBeNull();
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  },
);

test("lenses are asked for again when the settings have changed", async () => {
  let refreshed = 0;
  const client = await Client.start(server, {
    capabilities: { workspace: { codeLens: { refreshSupport: true } } },
    prepare: (connection) => connection.onRequest(CodeLensRefreshRequest.type, () => void refreshed++),
  });
  await client.open(uri, text);
  const ask = async () => (await client.connection.sendRequest(CodeLensRequest.type, { textDocument })) ?? [];
  expect(await ask()).toEqual([]);
  const settings = { smtpdlint: { codeLenses: { references: true } } };
  await client.connection.sendNotification(DidChangeConfigurationNotification.type, { settings });
  await expect.poll(() => refreshed).toBe(1);
  expect(await ask()).not.toEqual([]);
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});

test("two folders have two targets, and a client that watches nothing is told of an include after it saves", async () => {
  const { folder } = temporaryFolder("clients");
  for (const [name, target] of [
    ["old", "6.8"],
    ["new", "7.8"],
  ] as const) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, ".smtpdlintrc.json"), JSON.stringify({ target }));
    writeFileSync(join(folder, name, "inc.conf"), 'listen on lo ciphers "HIGH"\n');
  }
  const at = (path: string) => pathToFileURL(join(folder, path)).href;
  const client = await Client.start(server);
  for (const name of ["old", "new"]) await client.open(at(`${name}/smtpd.conf`), 'include "inc.conf"\nmatch reject\n');
  expect((await client.pushed(at("old/inc.conf"), ({ length }) => length > 0)).map(({ code }) => code)).toEqual([
    "too-new",
  ]);
  expect(await client.pushed(at("new/inc.conf"), () => true)).toEqual([]);
  writeFileSync(join(folder, "new/inc.conf"), "listen on lo prot 25\n");
  await client.save(at("new/smtpd.conf"));
  await client.pushed(at("new/inc.conf"), (found) => found.some(({ code }) => code === "misspelt-word"));
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});
