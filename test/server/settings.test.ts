import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import {
  type CodeAction,
  CodeActionRequest,
  type CompletionItem,
  CompletionRequest,
  type Diagnostic,
  DiagnosticRefreshRequest,
  DocumentDiagnosticRequest,
  DocumentSymbolRequest,
  type Hover,
  HoverRequest,
  type Registration,
  RegistrationRequest,
  ShowMessageNotification,
  WorkspaceDiagnosticRequest,
} from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { run } from "../cli/run.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { Client } from "./client.ts";

/** `.smtpdlintrc.json` in the editor. */
const server = [fileURLToPath(new URL("../../packages/server/dist/server.js", import.meta.url)), "--stdio"];
const { folder, file } = temporaryFolder("settings");
const uriOf = (path: string) => pathToFileURL(path).href;

/** A configuration with a finding that settings can turn off. */
const unused = "table t { a }\nmatch reject\n";
const off = '{ "rules": { "unused-table": "off" } }';

const shown = (path: string, diagnostics: readonly Diagnostic[]) =>
  diagnostics.map(({ range: { start }, message }) => `${path}:${start.line + 1}:${start.character + 1}: ${message}`);
const isCalm = ({ length }: { readonly length: number }) => length === 0;
const isNotCalm = ({ length }: { readonly length: number }) => length > 0;

/** The names of the folders say what is wrong. */
const wrong: readonly (readonly [name: string, text: string])[] = [
  ["json", '{\n  "target": "6.8" "root": "."\n}\n'],
  ["nothing", ""],
  ["list", "[]"],
  ["key", '{\n  "targt": "6.8",\n  "rules": {},\n  "rules": {}\n}\n'],
  ["rule", '{ "rules": {\n  "unused-tabel": "off",\n  "no-rules": "eror" } }'],
  ["release", '{ "target": "9.9" }'],
  ["number", '{ "target": 7.8 }'],
  ["pattern", '{ "exclude": ["./a", "#b"], "overrides": [{ "files": [" "] }] }'],
  ["threshold", '{ "fail-on": "warnings" }'],
  ["root", '{ "root": "nowhere" }'],
  ["extends", '{\n  "extends": ["../none.json", ".smtpdlintrc.json"] }'],
  ["wide", '{ "äöü😀": 1, "targt": 1 }'],
];

describe("mistakes are said in the file itself as the command line says them, and no more when they are mended", () => {
  test.each(wrong)("%s", async (name, text) => {
    const main = file(`${name}/smtpd.conf`, unused);
    const settings = file(`${name}/.smtpdlintrc.json`, text);
    const { stderr } = await run([main]);
    const said = stderr.trimEnd().replaceAll("smtpdlint: ", "").split("\n");
    expect(said.length).toBeGreaterThan(0);

    const client = await Client.start(server, { folder: uriOf(folder) });
    await client.open(uriOf(main), unused);
    expect(shown(settings, await client.pushed(uriOf(settings), isNotCalm))).toEqual(said);
    await client.open(uriOf(settings), text, "json");
    await client.pushed(uriOf(settings), (found) => shown(settings, found).join() === said.join());
    // What is not saved counts.
    await client.change(uriOf(settings), off);
    await client.pushed(uriOf(settings), isCalm);
    await client.pushed(uriOf(main), isCalm);
    await client.change(uriOf(settings), text);
    await client.pushed(uriOf(settings), isNotCalm);
    await client.pushed(uriOf(main), isNotCalm);
    await client.close(uriOf(settings));
    writeFileSync(settings, off);
    await client.save(uriOf(main));
    await client.pushed(uriOf(settings), isCalm);
    expect(await client.pushed(uriOf(main), isCalm)).toEqual([]);
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });
});

test("a root that is missing is shown in the file, but keeps only the files that it is for from being linted", async () => {
  const text = '{ "overrides": [{ "files": ["other.conf"], "root": "gone" }] }';
  const settings = file("others/.smtpdlintrc.json", text);
  const [main, other] = ["smtpd.conf", "other.conf"].map((name) => file(`others/${name}`, unused));
  const missing = `${settings}:1:52: root: no such folder`;
  expect((await run([main as string])).stderr).toBe("");
  expect((await run([other as string])).stderr).toContain(missing);
  const client = await Client.start(server, { folder: uriOf(folder) });
  await client.open(uriOf(main as string), unused);
  expect(shown(settings, await client.pushed(uriOf(settings), isNotCalm))).toEqual([missing]);
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});

test("what a file extends has its own mistakes, once, and is known for settings", async () => {
  const base = file("base/rules.json", '{ "rules": { "unused-tabel": "off" } }');
  const mains = ["a", "b"].map((name) => {
    file(`base/${name}/.smtpdlintrc.json`, '{ "extends": "../rules.json" }');
    return uriOf(file(`base/${name}/smtpd.conf`, unused));
  });
  const client = await Client.start(server, { folder: uriOf(folder) });
  for (const main of mains) await client.open(main, unused);
  const found = await client.pushed(uriOf(base), isNotCalm);
  expect(shown("rules.json", found)).toEqual([
    "rules.json:1:14: there is no rule 'unused-tabel'; did you mean unused-table?",
  ]);
  await client.open(uriOf(base), '{ "rules": { "unused-tabel": "of" } }', "jsonc");
  const [action] = await actionsIn(client, uriOf(base), 0, 15);
  expect(action?.title).toBe("Change to 'unused-table'");
  await client.change(uriOf(base), off);
  for (const uri of [uriOf(base), ...mains]) expect(await client.pushed(uri, isCalm)).toEqual([]);
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});

test("what a file extends is known before anything is asked of the configuration, and only as long as it does", async () => {
  const main = uriOf(file("extended/smtpd.conf", unused));
  const settings = uriOf(file("extended/.smtpdlintrc.json", '{ "extends": "base.json" }'));
  const base = uriOf(file("extended/base.json", "{ }"));
  const client = await Client.start(server, { capabilities: { textDocument: { diagnostic: {} } } });
  await client.open(base, "{ }", "json");
  const keysIn = async () => {
    const params = { textDocument: { uri: base }, position: { line: 0, character: 2 } };
    return (await client.connection.sendRequest(CompletionRequest.type, params)) as CompletionItem[];
  };
  expect(await keysIn()).toEqual([]);
  await client.open(main, unused);
  expect(await keysIn()).toHaveLength(8);
  await client.open(settings, "{}", "json");
  expect(await keysIn()).toEqual([]);
  await client.close(settings);
  expect(await keysIn()).toHaveLength(8);
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});

test("a file that goes takes what was said of it along, and other JSON is nobody's business", async () => {
  const main = uriOf(file("gone/smtpd.conf", unused));
  const settings = file("gone/.smtpdlintrc.json", "{");
  const said: string[] = [];
  const client = await Client.start(server, {
    prepare: (connection) =>
      connection.onNotification(ShowMessageNotification.type, ({ message }) => void said.push(message)),
  });
  await client.open(main, unused);
  await client.pushed(uriOf(settings), isNotCalm);
  // Nobody looks at a file that is not open.
  expect(said).toEqual([expect.stringMatching(/gone\/\.smtpdlintrc\.json:1:2: not JSON/)]);
  await client.open(uriOf(settings), '{ "x": 1 }', "json");
  await client.pushed(uriOf(settings), ([one]) => /unknown key/.test(String(one?.message)));
  expect(said).toHaveLength(1);
  await client.close(uriOf(settings));
  rmSync(settings);
  await client.save(main);
  await client.pushed(uriOf(settings), isCalm);
  // Nor is a file of anybody's business whose configuration is closed.
  writeFileSync(settings, "[]");
  await client.save(main);
  await client.pushed(uriOf(settings), isNotCalm);
  await client.close(main);
  await client.pushed(uriOf(settings), isCalm);
  rmSync(settings);
  await client.open(main, unused);
  const other = uriOf(join(folder, "gone/package.json"));
  await client.open(other, "acton", "json");
  expect(await client.connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri: other } })).toEqual([]);
  await client.change(main, "match reject\n");
  await client.pushed(main, isCalm);
  expect(client.published.map(({ uri }) => uri)).not.toContain(other);
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});

describe("completion", () => {
  const keys = ["$schema", "extends", "target", "root", "rules", "exclude", "fail-on", "overrides"];
  const severities = ["off", "hint", "info", "warning", "error"];
  test.each<readonly [before: string, labels: readonly string[], chosen: string, after: string]>([
    ["{ $0 }", keys, "target", '{ "target":  }'],
    ['{ "ta$0 }', keys, "target", '{ "target":  }'],
    ["{ ta$0 }", keys, "target", '{ "target":  }'],
    ['{ "ta$0": "6.8" }', keys, "target", '{ "target": "6.8" }'],
    ['{ "target": "6.8", "$0" }', keys.filter((key) => key !== "target"), "root", '{ "target": "6.8", "root":  }'],
    ['{ "target": "$0" }', ["6.4"], "6.8", '{ "target": "6.8" }'],
    ['{ "target": 6$0 }', ["6.4"], "6.8", '{ "target": "6.8" }'],
    ['{ "target": $0\n  "root": "." }', ["6.4"], "6.8", '{ "target": "6.8",\n  "root": "." }'],
    ['{ "fail-on": $0 }', ["error", "warning", "info", "hint"], "info", '{ "fail-on": "info" }'],
    ['{ "rules": { "$0" } }', ["refused", "open-relay"], "open-relay", '{ "rules": { "open-relay":  } }'],
    ['{ "rules": { "open-relay": o$0 } }', severities, "off", '{ "rules": { "open-relay": "off" } }'],
    ['{ "overrides": [{ $0 }] }', ["files", "target", "root", "rules"], "files", '{ "overrides": [{ "files":  }] }'],
    [
      '{ "overrides": [{ "rules": { "$0": "off" } }] }',
      ["no-rules"],
      "style",
      '{ "overrides": [{ "rules": { "style": "off" } }] }',
    ],
    ["// comment $0\n{}", [], "", ""],
    ['{ "root": "$0" }', [], "", ""],
    ['{ "nonsense": { $0 } }', [], "", ""],
  ])("%s", async (marked, labels, chosen, after) => {
    const client = await Client.start(server);
    const uri = "file:///nowhere/.smtpdlintrc.json";
    const offset = marked.indexOf("$0");
    const text = marked.replace("$0", "");
    await client.open(uri, text, "json");
    const document = TextDocument.create(uri, "json", 0, text);
    const position = document.positionAt(offset);
    const params = { textDocument: { uri }, position };
    const items = (await client.connection.sendRequest(CompletionRequest.type, params)) as CompletionItem[];
    const sorted = items.toSorted((a, b) => ((a.sortText ?? "") < (b.sortText ?? "") ? -1 : 1));
    if (labels.length > 2) expect(sorted.map(({ label }) => label)).toEqual(labels);
    else if (labels.length === 0) expect(items).toEqual([]);
    else expect(items.map(({ label }) => label)).toEqual(expect.arrayContaining([...labels]));
    const item = items.find(({ label }) => label === chosen);
    if (item) expect(TextDocument.applyEdits(document, [item.textEdit as never])).toBe(after);
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });
});

const settingsUri = "file:///nowhere/.smtpdlintrc.json";

test("hover says what a key sets, and what a rule finds, with its page", async () => {
  const client = await Client.start(server);
  const text = '{ "rules": { "open-relay": "off", "nonsense": "off" }, "target": "6.8" }';
  await client.open(settingsUri, text, "json");
  const hover = async (piece: string) =>
    (await client.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri: settingsUri },
      position: { line: 0, character: text.indexOf(piece) + 1 },
    })) as Hover | null;
  expect(await hover("open-relay")).toMatchObject({
    contents: {
      kind: "markdown",
      value: expect.stringMatching(/^\*\*open-relay\*\* \(security\): .*open-relay\.md\)$/s),
    },
    range: { start: { line: 0, character: 13 }, end: { line: 0, character: 25 } },
  });
  expect(await hover('6.8"')).toMatchObject({ contents: { value: expect.stringContaining("release of OpenSMTPD") } });
  expect(await hover("nonsense")).toBeNull();
  expect(await hover("{")).toBeNull();
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});

const actionsIn = async (client: Client, uri: string, line: number, character: number) => {
  const at = { line, character };
  return ((await client.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri },
    range: { start: at, end: at },
    context: { diagnostics: [] },
  })) ?? []) as CodeAction[];
};

test.each([
  ['{ "targt": "6.8" }', 4, "Change to 'target'", '{ "target": "6.8" }'],
  ['{ "target": 7.8 }', 13, "Change to '7.8'", '{ "target": "7.8" }'],
  ['{ "rules": { "open-realy": "off" } }', 20, "Change to 'open-relay'", '{ "rules": { "open-relay": "off" } }'],
  ['{ "rules": { "open-relay": "eror" } }', 30, "Change to 'error'", '{ "rules": { "open-relay": "error" } }'],
])("%s has a fix", async (text, character, title, after) => {
  const client = await Client.start(server);
  await client.open(settingsUri, text, "json");
  const [action, ...others] = await actionsIn(client, settingsUri, 0, character);
  expect([action?.title, action?.kind, action?.isPreferred, others]).toEqual([title, "quickfix", true, []]);
  const edits = action?.edit?.changes?.[settingsUri] ?? [];
  expect(TextDocument.applyEdits(TextDocument.create(settingsUri, "json", 0, text), edits)).toBe(after);
  expect(await actionsIn(client, settingsUri, 0, 0)).toEqual([]);
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});

test("an editor with our schema is told of an open file only what that cannot know", async () => {
  const main = uriOf(file("schema/smtpd.conf", unused));
  const text = '{ "targt": "6.8", "extends": "none.json" }';
  const settings = uriOf(file("schema/.smtpdlintrc.json", text));
  const client = await Client.start(server, {
    capabilities: { experimental: { smtpdlint: { settingsSchema: true } } },
  });
  await client.open(main, unused);
  await client.pushed(settings, ({ length }) => length === 2);
  await client.open(settings, text, "jsonc");
  const found = await client.pushed(settings, ({ length }) => length === 1);
  expect(found[0]?.message).toBe("extends: no such file");
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});

test.each([
  [true, []],
  [false, ["textDocument/codeAction", "textDocument/completion", "textDocument/hover"]],
])(
  "a client that takes registrations hands the file over; with a schema (%s) no more",
  async (settingsSchema, more) => {
    const dynamicRegistration = true;
    const registered: Registration[] = [];
    const client = await Client.start(server, {
      isBare: true,
      capabilities: {
        textDocument: {
          synchronization: { dynamicRegistration },
          completion: { dynamicRegistration },
          hover: { dynamicRegistration },
          codeAction: { dynamicRegistration },
        },
        experimental: { smtpdlint: { settingsSchema } },
      },
      prepare: (connection) =>
        connection.onRequest(RegistrationRequest.type, ({ registrations }) => void registered.push(...registrations)),
    });
    const documents = ["didChange", "didClose", "didOpen", "didSave"].map((name) => `textDocument/${name}`);
    await expect
      .poll(() => registered.map(({ method }) => method).toSorted())
      .toEqual([...more, ...documents].toSorted());
    for (const { registerOptions } of registered) {
      expect(registerOptions).toMatchObject({ documentSelector: [{ pattern: "**/.smtpdlintrc.json" }] });
    }
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  },
);

test("a client that pulls gets them with the configuration, for the file and for the workspace, and is told to ask again", async () => {
  const main = uriOf(file("pull/smtpd.conf", unused));
  const settings = uriOf(file("pull/.smtpdlintrc.json", '{ "targt": 1 }'));
  let refreshed = 0;
  const client = await Client.start(server, {
    capabilities: {
      textDocument: { diagnostic: { relatedDocumentSupport: true } },
      workspace: { diagnostics: { refreshSupport: true } },
    },
    prepare: (connection) => connection.onRequest(DiagnosticRefreshRequest.type, () => void refreshed++),
  });
  const pull = async (uri: string) => {
    const report = await client.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
    if (report.kind !== "full") throw new Error("it was asked for the first time");
    return report;
  };
  await client.open(main, unused);
  const { items, relatedDocuments } = await pull(main);
  expect(items.map(({ code }) => code)).toEqual(["unused-table"]);
  expect(relatedDocuments?.[settings]).toMatchObject({ items: [{ code: "settings", severity: 1 }] });
  const previousResultIds = [{ uri: settings, value: "old" }];
  const whole = async () => {
    const report = await client.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds });
    return report.items.map((item) => [item.uri, item.kind === "full" && item.items.length]);
  };
  expect(await whole()).toEqual([
    [main, 1],
    [settings, 1],
  ]);
  await client.open(settings, off, "json");
  await expect.poll(() => refreshed).toBe(1);
  expect((await pull(settings)).items).toEqual([]);
  expect(await whole()).toEqual([
    [main, 0],
    [settings, 0],
  ]);
  await client.close(settings);
  rmSync(fileURLToPath(settings));
  await client.save(main);
  expect(await whole()).toEqual([
    [main, 1],
    [settings, 0],
  ]);
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});

test("one that cannot be read is said to be so", async () => {
  mkdirSync(join(folder, "unreadable/.smtpdlintrc.json"), { recursive: true });
  const main = file("unreadable/smtpd.conf", unused);
  const { stderr } = await run([main]);
  expect(stderr).toMatch(/smtpdlintrc\.json: /);
  const client = await Client.start(server);
  await client.open(uriOf(main), unused);
  const found = await client.pushed(uriOf(join(folder, "unreadable/.smtpdlintrc.json")), isNotCalm);
  expect(found.map(({ message }) => message)).toEqual(["cannot be read"]);
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});
