import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import {
  ApplyWorkspaceEditRequest,
  type ClientCapabilities,
  type CodeAction,
  CodeActionRequest,
  type CodeLens,
  CodeLensRequest,
  CodeLensResolveRequest,
  type CompletionItem,
  type CompletionList,
  CompletionRequest,
  DefinitionRequest,
  type Diagnostic,
  DocumentDiagnosticRequest,
  DocumentFormattingRequest,
  DocumentHighlightRequest,
  type DocumentSymbol,
  DocumentSymbolRequest,
  ExecuteCommandRequest,
  FoldingRangeRequest,
  type Hover,
  HoverRequest,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  ShowDocumentRequest,
  ShowMessageNotification,
  WorkspaceDiagnosticRequest,
} from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { noFiles, type Platform } from "../../packages/server/src/platform.ts";
import { PolicyTests } from "../../packages/server/src/policy-tests/policy-tests.ts";
import { Workspace } from "../../packages/server/src/workspace.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { Client } from "./client.ts";

/** Files of policy tests in the built server, spoken to as an editor does. */
const server = [fileURLToPath(new URL("../../packages/server/dist/server.js", import.meta.url)), "--stdio"];
const { folder } = temporaryFolder("policy-tests");

const conf = `table aliases file:/etc/mail/aliases
filter "no-name" phase connect match !rdns reject "550 no reverse name"
listen on 192.0.2.25 filter "no-name"
action "in" mbox alias <aliases>
action out relay
match from any for domain example.org action "in"
match from local for any action out
`;
const tests = `root fs
users { alice, bob }
hostname mx.example.org

"mail from outside"
to info@example.org => local alice rule 1
to bob@example.org => local alice action in
rdns none to bob@example.org => reject by no-name
to x@elsewhere.example =>
`;

/** A folder of its own with these files; their URIs. */
function project(name: string, files: Readonly<Record<string, string>>) {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return (path: string) => pathToFileURL(join(folder, name, path)).href;
}
const usual = { "smtpd.conf": conf, "smtpd.test": tests, "fs/etc/mail/aliases": "info: alice\n" };

const applying: ClientCapabilities = {
  workspace: { applyEdit: true, workspaceEdit: { documentChanges: true, resourceOperations: ["create"] } },
  experimental: { smtpdlint: { showReferences: true } },
};
const told = (diagnostics: readonly Diagnostic[]) =>
  diagnostics.map(
    ({ range, code, message }) => `${range.start.line + 1}:${range.start.character + 1} ${code} ${message}`,
  );
const failing = "7:23 test-failed expected local alice action in, got local bob action in rule 1";
const open9 = expect.stringMatching(
  /^9:1 test-new nothing is expected yet; .*: reject 550 "Invalid recipient" at rcpt-to$/,
);

describe("diagnostics", () => {
  test("are pushed, and follow the tests, the configuration and the files below the root", async () => {
    const uri = project("pushed", usual);
    const client = await Client.start(server, { folder: uri("") });
    await client.open(uri("smtpd.test"), tests);
    const found = await client.pushed(uri("smtpd.test"), ({ length }) => length === 2);
    expect(told(found)).toEqual([failing, open9]);
    expect(found[0]).toMatchObject({
      severity: 1,
      source: "smtpdlint",
      relatedInformation: [
        {
          message: "rule 1 decides",
          location: { uri: uri("smtpd.conf"), range: { start: { line: 5, character: 0 } } },
        },
      ],
    });
    expect(found[1]?.severity).toBe(4);

    // A change of the configuration that is not saved.
    await client.open(uri("smtpd.conf"), conf);
    await client.change(uri("smtpd.conf"), conf.replace("for domain example.org", "for domain example.com"));
    const changed = await client.pushed(uri("smtpd.test"), ({ length }) => length === 3);
    expect(told(changed)[0]).toMatch(/^6:24 test-failed expected local alice rule 1, got reject 550/);
    await client.change(uri("smtpd.conf"), conf);
    await client.pushed(uri("smtpd.test"), ({ length }) => length === 2);

    // So of an alias.
    await client.open(uri("fs/etc/mail/aliases"), "info: bob\n");
    await client.pushed(uri("smtpd.test"), ({ length }) => length === 3);
    await client.close(uri("fs/etc/mail/aliases"));
    await client.pushed(uri("smtpd.test"), ({ length }) => length === 2);

    // A mistake.
    await client.change(uri("smtpd.test"), tests.replace("=> local alice rule", "=> lokal alice rule"));
    const [mistake] = await client.pushed(uri("smtpd.test"), (all) => all.some(({ code }) => code === "test-mistake"));
    expect(mistake?.message).toBe("unexpected 'lokal'; did you mean 'local'?");
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });

  test("are given to a client that asks, of the document and of all", async () => {
    const uri = project("pulled", usual);
    const client = await Client.start(server, { capabilities: { textDocument: { diagnostic: {} } } });
    await client.open(uri("smtpd.test"), tests);
    const textDocument = { uri: uri("smtpd.test") };
    const report = await client.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument });
    expect(told((report as { items: Diagnostic[] }).items)).toEqual([failing, open9]);
    const all = await client.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: [] });
    expect(all.items).toMatchObject([
      { uri: uri("smtpd.test"), items: [{ code: "test-failed" }, { code: "test-new" }] },
    ]);
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });

  test("are asked for again when the configuration has changed", async () => {
    const uri = project("refreshed", usual);
    const asked: string[] = [];
    const client = await Client.start(server, {
      capabilities: {
        textDocument: { diagnostic: {} },
        workspace: { diagnostics: { refreshSupport: true }, codeLens: { refreshSupport: true } },
      },
      prepare: (connection) => {
        for (const method of ["workspace/diagnostic/refresh", "workspace/codeLens/refresh"]) {
          connection.onRequest(method, () => void asked.push(method));
        }
      },
    });
    await client.open(uri("smtpd.test"), tests);
    await client.open(uri("smtpd.conf"), conf);
    const textDocument = { uri: uri("smtpd.test") };
    const pull = () => client.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument });
    expect(await pull()).toMatchObject({ items: [{ code: "test-failed" }, { code: "test-new" }] });
    asked.length = 0;
    await client.change(uri("smtpd.conf"), conf.replace("for domain example.org", "for domain example.com"));
    await expect.poll(() => asked.toSorted()).toEqual(["workspace/codeLens/refresh", "workspace/diagnostic/refresh"]);
    const again = (await pull()) as { items: Diagnostic[] };
    expect(told(again.items)[0]).toMatch(/^6:24 test-failed expected local alice rule 1, got reject 550/);
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });

  test("of more files than are kept", async () => {
    const many = Array.from({ length: 30 }, (_, index) => `n${index}.smtpd.test`);
    const uri = project("many", {
      "smtpd.conf": conf,
      ...Object.fromEntries(many.map((name) => [name, tests.replace("root fs\n", "")])),
    });
    const client = await Client.start(server);
    const answers = await Promise.all(
      many.map((name) =>
        client.connection.sendRequest<{ results: unknown[] }>("smtpdlint/runTests", { uri: uri(name), ids: null }),
      ),
    );
    expect(answers.map(({ results }) => results.length)).toEqual(many.map(() => 4));
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });

  test.each([
    ["nothing beside it", { "smtpd.test": tests }, "1:1 test-mistake there is no smtpd.conf; name the configuration"],
    [
      "another name",
      { "smtpd.test": `config other.conf\n${tests}` },
      "1:8 test-mistake there is no other.conf; name the configuration",
    ],
    [
      "a configuration that smtpd refuses",
      { ...usual, "smtpd.conf": "match form any reject\n" },
      "1:1 test-mistake smtpd 7.9 refuses the configuration",
    ],
    [
      "a filter that is not there",
      { ...usual, "smtpd.test": "assume filter x proceed\nto a => local\n" },
      "1:15 test-mistake the configuration has no filter 'x'",
    ],
    [
      "a root that is not there",
      { ...usual, "smtpd.test": "root nowhere\nto a => local\n" },
      "1:6 test-mistake root: there is no folder nowhere",
    ],
  ])("say why no test can be run: %s", async (name, files: Record<string, string>, message) => {
    const uri = project(name, files);
    const client = await Client.start(server, { folder: uri("") });
    await client.open(uri("smtpd.test"), files["smtpd.test"] ?? "");
    const found = told(await client.pushed(uri("smtpd.test"), ({ length }) => length > 0));
    expect(found).toEqual([expect.stringContaining(message)]);
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });

  test("use the configuration of the same name, its releases, and the folder's settings", async () => {
    const files = {
      "mail.smtpd.conf": conf,
      "mail.smtpd.test": tests.replace("root fs\n", "target { 6.8, 7.8 }\n"),
      ".smtpdlintrc.json": '{ "root": "fs" }',
      "fs/etc/mail/aliases": "info: alice\n",
    };
    const uri = project("named", files);
    const client = await Client.start(server, { folder: uri("") });
    await client.open(uri("mail.smtpd.test"), files["mail.smtpd.test"]);
    const [first] = told(await client.pushed(uri("mail.smtpd.test"), ({ length }) => length === 2));
    expect(first).toBe(
      [
        "7:23 test-failed smtpd 6.8: expected local alice action in, got local bob action in rule 1.",
        "smtpd 7.8: expected local alice action in, got local bob action in rule 1",
      ].join("\n"),
    );
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });

  test("do not read a configuration outside a workspace that nobody trusts", async () => {
    const uri = project("confined", {
      "smtpd.conf": conf,
      "inner/smtpd.test": "config ../smtpd.conf\nto a => local\n",
    });
    const client = await Client.start(server, { folder: uri("inner/"), settings: { isConfined: true } });
    await client.open(uri("inner/smtpd.test"), "config ../smtpd.conf\nto a => local\n");
    const found = told(await client.pushed(uri("inner/smtpd.test"), ({ length }) => length > 0));
    expect(found).toEqual(["1:8 test-mistake smtpd.conf lies outside the workspace, and is not read"]);
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });

  test("know accounts, homes and the host name below the root", async () => {
    const text = [
      "root fs",
      "to alice@example.org => relay recipient alice@elsewhere.example",
      "to bob@example.org => local bob",
      "to nobody@example.org => reject 550",
      "to postmaster@mx.example.org => reject 550",
      "",
    ].join("\n");
    const uri = project("homes", {
      "smtpd.conf": conf.replace(
        'match from any for domain example.org action "in"',
        (rule) => `${rule}\nmatch for any action out`,
      ),
      "smtpd.test": text,
      "fs/etc/mail/aliases": "x: y\n",
      "fs/etc/mailname": "mx.example.org\n",
      "fs/etc/passwd": "root:x:0:0::/root:\nalice:x:1000:1000::/home/alice:\nbob:x:1001:1001::/home/bob:\n",
      "fs/home/alice/.forward": "alice@elsewhere.example\n",
      "fs/home/bob/mail": "",
    });
    const client = await Client.start(server, { folder: uri("") });
    await client.open(uri("smtpd.test"), text);
    expect(told(await client.pushed(uri("smtpd.test"), () => true))).toEqual([]);
    await client.open(uri("fs/home/alice/.forward"), "bob\n");
    const found = told(await client.pushed(uri("smtpd.test"), ({ length }) => length > 0));
    expect(found).toEqual([expect.stringMatching(/^2:25 test-failed .* got local bob/)]);
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });

  test("see nothing outside the root, nor outside a workspace that nobody trusts", async () => {
    const uri = project("outside", { ...usual, "fs/etc/mail/aliases": "", "elsewhere/aliases": "info: alice\n" });
    const link = fileURLToPath(uri("fs/etc/mail/linked"));
    symlinkSync(fileURLToPath(uri("elsewhere/aliases")), link);
    for (const [settings, main] of [
      [{}, conf.replace("mail/aliases", "mail/linked")],
      [{ isConfined: true }, conf],
    ] as const) {
      const client = await Client.start(server, { folder: uri("fs/"), settings });
      const text = "config ../smtpd.conf\nroot .\nusers { alice }\nto info@example.org => local alice\n";
      await client.open(uri("smtpd.conf"), main);
      await client.open(uri("fs/smtpd.test"), text);
      const [found] = await client.pushed(uri("fs/smtpd.test"), ({ length }) => length > 0);
      expect(found?.message).toMatch(/^expected local alice, got .*(?:if <aliases>|reject)/);
      expect([await client.stop(), client.errors]).toEqual([0, []]);
    }
  });
});

describe("in a file of tests", () => {
  const ask = async <T>(name: string, work: (client: Client, uri: (path: string) => string) => Promise<T>) => {
    const uri = project(name, usual);
    const client = await Client.start(server, { folder: uri("") });
    await client.open(uri("smtpd.test"), tests);
    const result = await work(client, uri);
    expect([await client.stop(), client.errors]).toEqual([0, []]);
    return result;
  };
  const at = (text: string, part: string) => {
    const offset = text.indexOf(part);
    return TextDocument.create("file:///x", "", 0, text).positionAt(offset);
  };

  test("completion, also of files", async () => {
    await ask("completion", async (client, uri) => {
      const labels = async (text: string) => {
        await client.change(uri("smtpd.test"), text);
        const position = TextDocument.create("file:///x", "", 0, text).positionAt(text.length);
        const textDocument = { uri: uri("smtpd.test") };
        const answer = (await client.connection.sendRequest(CompletionRequest.type, {
          textDocument,
          position,
        })) as CompletionItem[] | CompletionList;
        const items = Array.isArray(answer) ? answer : answer.items;
        items.sort((a, b) => (a.sortText as string).localeCompare(b.sortText as string));
        return items.map(({ label }) => label);
      };
      expect((await labels(`${tests}`)).slice(0, 2)).toEqual(["to", "from"]);
      expect((await labels(`${tests}to bob => `)).slice(0, 2)).toEqual(["local", "relay"]);
      expect(await labels(`${tests}to bob => local action `)).toEqual(["in", "out"]);
      expect(await labels(`${tests}to `)).toEqual(expect.arrayContaining(["info@example.org", "bob@example.org"]));
      expect(await labels("config ")).toEqual(expect.arrayContaining(["smtpd.conf", "fs/"]));
      expect(await labels("root fs/")).toEqual(["fs/etc/"]);
    });
  });

  test("hover and definition", async () => {
    await ask("hover", async (client, uri) => {
      const textDocument = { uri: uri("smtpd.test") };
      const place = (part: string) => ({ textDocument, position: at(tests, part) });
      const hover = (await client.connection.sendRequest(HoverRequest.type, place("=> local alice action"))) as Hover;
      expect((hover.contents as { value: string }).value).toMatch(
        /\*\*failed\*\*.*got local bob.*rule 1, line 6: yes.*match from any for domain example\.org/s,
      );
      const go = (part: string) => client.connection.sendRequest(DefinitionRequest.type, place(part));
      expect(await go("rule 1")).toMatchObject([
        { uri: uri("smtpd.conf"), range: { start: { line: 5, character: 0 } } },
      ]);
      expect(await go("by no-name")).toMatchObject([{ uri: uri("smtpd.conf"), range: { start: { line: 1 } } }]);
      expect(await go("action in")).toMatchObject([{ uri: uri("smtpd.conf"), range: { start: { line: 3 } } }]);
    });
  });

  test("outline and folds, and nothing that is for configurations", async () => {
    await ask("outline", async (client, uri) => {
      const textDocument = { uri: uri("smtpd.test") };
      const [group] = (await client.connection.sendRequest(DocumentSymbolRequest.type, {
        textDocument,
      })) as DocumentSymbol[];
      expect(group?.name).toBe("mail from outside");
      expect(group?.children?.map(({ name }) => name)).toEqual(tests.trimEnd().split("\n").slice(5));
      expect(await client.connection.sendRequest(FoldingRangeRequest.type, { textDocument })).toEqual([
        { startLine: group?.range.start.line, endLine: tests.trimEnd().split("\n").length - 1, kind: "region" },
      ]);
      const options = { tabSize: 8, insertSpaces: false };
      expect(await client.connection.sendRequest(DocumentFormattingRequest.type, { textDocument, options })).toEqual(
        [],
      );
    });
  });

  test("lenses run tests, and say what comes of it", async () => {
    await ask("lenses", async (client, uri) => {
      const messages: string[] = [];
      client.connection.onNotification(ShowMessageNotification.type, ({ message }) => void messages.push(message));
      const textDocument = { uri: uri("smtpd.test") };
      const lenses = (await client.connection.sendRequest(CodeLensRequest.type, { textDocument })) ?? [];
      expect(lenses.map(({ range, command }) => `${range.start.line + 1} ${command?.title}`)).toEqual([
        "1 run 4 tests: 2 passed, 1 failed, 1 without an expectation",
        "5 run 4 tests: 2 passed, 1 failed, 1 without an expectation",
        "7 run: failed",
        "9 run: expects nothing yet",
      ]);
      for (const { command } of lenses.slice(1, 3)) {
        await client.connection.sendRequest(ExecuteCommandRequest.type, {
          command: command?.command ?? "",
          arguments: command?.arguments ?? [],
        });
      }
      expect(messages).toEqual([
        expect.stringMatching(/^2 of 4 tests failed; line 7: expected local alice action in, got/),
        expect.stringMatching(/^1 of 1 test failed; line 7: expected/),
      ]);
    });
  });

  test("a mistake has a fix, also in the name of a filter", async () => {
    await ask("mistakes", async (client, uri) => {
      const target = uri("smtpd.test");
      for (const [slip, title, wrong] of [
        ["to bob@example.org => lokal bob\n", "Change to 'local'", "lokal"],
        ["assume filter noname proceed\nto bob@example.org => local bob\n", "Change to 'no-name'", "noname"],
      ] as const) {
        await client.change(target, slip);
        const [found] = await client.pushed(target, (list) =>
          list.some(({ message }) => String(message).includes(`'${wrong}'`)),
        );
        expect(found?.message).toContain("did you mean");
        const [action] = (await client.connection.sendRequest(CodeActionRequest.type, {
          textDocument: { uri: target },
          range: (found as Diagnostic).range,
          context: { diagnostics: [found as Diagnostic], only: ["quickfix"] },
        })) as CodeAction[];
        expect(action).toMatchObject({ title, kind: "quickfix", isPreferred: true, diagnostics: [found] });
        const edits = action?.edit?.changes?.[target] ?? [];
        const changed = TextDocument.applyEdits(TextDocument.create(target, "", 0, slip), edits);
        expect(changed).toBe(slip.replace(wrong, title.slice("Change to '".length, -1)));
        await client.change(target, changed);
        await client.pushed(target, (list) => !list.some(({ code }) => code === "test-mistake"));
      }
    });
  });

  test("an action writes what happens now", async () => {
    await ask("action", async (client, uri) => {
      const position = at(tests, "to x@");
      const [action] = (await client.connection.sendRequest(CodeActionRequest.type, {
        textDocument: { uri: uri("smtpd.test") },
        range: { start: position, end: position },
        context: { diagnostics: [] },
      })) as CodeAction[];
      expect(action).toMatchObject({
        title: 'Expect what happens now: reject 550 "Invalid recipient" at rcpt-to',
        kind: "quickfix",
        isPreferred: true,
      });
      const edits = action?.edit?.changes?.[uri("smtpd.test")] ?? [];
      const changed = TextDocument.applyEdits(TextDocument.create("file:///x", "", 0, tests), edits);
      expect(changed).toBe(tests.replace(/=>\n$/, '=> reject 550 "Invalid recipient" at rcpt-to\n'));
      await client.change(uri("smtpd.test"), changed);
      await client.pushed(uri("smtpd.test"), ({ length }) => length === 1);
    });
  });

  test("a client that shows tests gets them as a tree, and runs some of them, also of a file that is not open", async () => {
    await ask("tree", async (client, uri) => {
      const target = uri("smtpd.test");
      await client.close(target);
      interface Item {
        readonly id: string;
        readonly kind: string;
        readonly label: string;
        readonly children: readonly Item[];
      }
      const { items } = await client.connection.sendRequest<{ items: readonly Item[] }>("smtpdlint/tests", {
        uri: target,
      });
      const [group] = items;
      expect([items.length, group?.kind, group?.label, group?.children.length]).toEqual([
        1,
        "group",
        "mail from outside",
        4,
      ]);
      const run = (ids: readonly string[] | null) =>
        client.connection.sendRequest<{
          results: { id: string; status: string; messages: unknown[] }[];
          problems: string[];
        }>("smtpdlint/runTests", { uri: target, ids });
      const all = await run(null);
      expect(all.results.map(({ status }) => status)).toEqual(["passed", "failed", "passed", "new"]);
      expect((await run([group?.id ?? ""])).results).toEqual(all.results);
      const second = await run([group?.children[1]?.id ?? ""]);
      expect(second).toMatchObject({
        problems: [],
        results: [
          {
            id: group?.children[1]?.id,
            status: "failed",
            messages: [
              {
                expected: "local alice action in",
                actual: "local bob action in rule 1",
                range: { start: { line: 6, character: 22 } },
              },
            ],
          },
        ],
      });
      expect(
        await client.connection.sendRequest("smtpdlint/runTests", { uri: uri("nothing.smtpd.test"), ids: null }),
      ).toEqual({
        results: [],
        problems: ["the file cannot be read"],
      });
    });
  });
});

test("a whole policy passes here as it does in the terminal", async () => {
  const file = (name: string) => fileURLToPath(new URL(`../policy-tests/mail-exchanger/${name}`, import.meta.url));
  const lines = readFileSync(file("smtpd.test"), "utf8").match(/=>/g)?.length;
  const client = await Client.start(server);
  const uri = pathToFileURL(file("smtpd.test")).href;
  interface Answer {
    readonly results: readonly { readonly status: string; readonly messages: readonly unknown[] }[];
    readonly problems: readonly string[];
  }
  const { results, problems } = await client.connection.sendRequest<Answer>("smtpdlint/runTests", { uri, ids: null });
  expect([problems, results.filter(({ status }) => status !== "passed")]).toEqual([[], []]);
  expect(results.length).toBe(lines);
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});

describe("in a configuration", () => {
  test.each([
    ["at once", {}],
    ["when somebody sees them", { codeLens: { resolveSupport: { properties: ["command"] } } }],
  ])("lenses above match rules count tests %s, lead to them, and write the missing one", async (_, resolving) => {
    const uri = project("rules", usual);
    const client = await Client.start(server, {
      folder: uri(""),
      capabilities: { ...applying, textDocument: resolving, window: { showDocument: { support: true } } },
      prepare: (connection) => {
        connection.onRequest(ApplyWorkspaceEditRequest.type, ({ edit }) => {
          edits.push(edit);
          return { applied: true };
        });
        connection.onRequest(ShowDocumentRequest.type, (shown) => {
          edits.push(shown);
          return { success: true };
        });
      },
    });
    const edits: unknown[] = [];
    await client.open(uri("smtpd.conf"), conf);
    const textDocument = { uri: uri("smtpd.conf") };
    const all = (await client.connection.sendRequest(CodeLensRequest.type, { textDocument })) ?? [];
    const above = all.filter(({ range }) => range.start.line >= 5);
    const resolve = (lens: CodeLens) => client.connection.sendRequest(CodeLensResolveRequest.type, lens);
    for (const { command } of above) expect(command === undefined).toBe("codeLens" in resolving);
    const lenses = "codeLens" in resolving ? await Promise.all(above.map(resolve)) : above;
    expect(lenses.map(({ command }) => [command?.title, command?.command])).toEqual([
      ["1 test", "smtpdlint.showReferences"],
      ["no test: write one", "smtpdlint.writeTest"],
    ]);
    expect(lenses[0]?.command?.arguments?.[2]).toMatchObject([
      { uri: uri("smtpd.test"), range: { start: { line: 5, character: 0 } } },
    ]);
    await client.connection.sendRequest(ExecuteCommandRequest.type, {
      command: "smtpdlint.writeTest",
      arguments: lenses[1]?.command?.arguments ?? [],
    });
    const text =
      "\n# match from local for any action out\nfrom local to postmaster@elsewhere.example => relay action out\n";
    const end = { line: 9, character: 0 };
    expect(edits).toEqual([
      { changes: { [uri("smtpd.test")]: [{ range: { start: end, end }, newText: text }] } },
      expect.objectContaining({ uri: uri("smtpd.test"), takeFocus: true }),
    ]);
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });

  test("a name that changes is changed in the tests, which are among its references", async () => {
    const text = `assume filter no-name proceed
${tests.replace("root fs\n", "")}rdns none tag in to a@example.org => reject by "no-name"
`;
    const program = conf
      .replace(
        'filter "no-name" phase connect match !rdns reject "550 no reverse name"',
        'filter "no-name" proc-exec "x"',
      )
      .replace("192.0.2.25 filter", "192.0.2.25 tag IN filter");
    const uri = project("renamed", { "smtpd.conf": program, "smtpd.test": text });
    const client = await Client.start(server, { folder: uri("") });
    await client.open(uri("smtpd.conf"), program);
    const textDocument = { uri: uri("smtpd.conf") };
    const renamed = async (part: string, newName: string) => {
      const position = TextDocument.create("file:///x", "", 0, program).positionAt(program.indexOf(part) + 1);
      const edit = await client.connection.sendRequest(RenameRequest.type, { textDocument, position, newName });
      const edits = edit?.changes?.[uri("smtpd.test")] ?? [];
      const found = await client.connection.sendRequest(ReferencesRequest.type, {
        textDocument,
        position,
        context: { includeDeclaration: true },
      });
      expect((found ?? []).filter((place) => place.uri === uri("smtpd.test")).length).toBe(edits.length);
      return TextDocument.applyEdits(TextDocument.create("file:///x", "", 0, text), edits);
    };
    expect(await renamed('"no-name" proc', "two words")).toBe(text.replaceAll(/"?no-name"?/g, '"two words"'));
    expect(await renamed('in" mbox', "inbound")).toBe(text.replace("action in", "action inbound"));
    expect(await renamed("IN filter", "out")).toBe(text.replace("tag in ", "tag out "));
    expect(await renamed("aliases file", "other")).toBe(text);
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });

  test("in a test, a name is found and changed as in the configuration, open or not", async () => {
    const uri = project("named", { "smtpd.conf": conf });
    const client = await Client.start(server, { folder: uri("") });
    const { connection } = client;
    const line = 'to bob@example.org => local action in rule 1\nrdns none to bob => reject by "no-name"\n';
    const text = `assume filter no-name proceed\nmacro x=y\n${line}`;
    const textDocument = { uri: uri("smtpd.test") };
    await client.open(textDocument.uri, text, "smtpd-test");
    const at = (part: string, beyond = 0) => ({
      textDocument,
      position: TextDocument.create("file:///x", "", 0, text).positionAt(text.indexOf(part) + beyond),
    });
    const places = async (params: ReturnType<typeof at>) => {
      const context = { includeDeclaration: true };
      const found = await connection.sendRequest(ReferencesRequest.type, { ...params, context });
      return found?.map(({ uri, range: { start } }) => `${uri.slice(-4)} ${start.line}:${start.character}`);
    };
    expect(await places(at("in rule"))).toEqual(["conf 3:7", "conf 5:45", "test 2:35"]);
    expect(await places(at("no-name", 3))).toEqual(["conf 1:7", "conf 2:28", "test 0:14", "test 3:30"]);
    expect(await places(at("rule 1"))).toEqual([]);
    const highlights = await connection.sendRequest(DocumentHighlightRequest.type, at("no-name"));
    expect(highlights?.map(({ range }) => range.start.line)).toEqual([0, 3]);
    expect(await connection.sendRequest(PrepareRenameRequest.type, at('"no-name"', 1))).toEqual({
      range: { start: { line: 3, character: 30 }, end: { line: 3, character: 39 } },
      placeholder: "no-name",
    });
    expect(await connection.sendRequest(PrepareRenameRequest.type, at("bob"))).toBeNull();
    const edit = await connection.sendRequest(RenameRequest.type, { ...at("in rule"), newName: "in box" });
    expect(edit?.changes?.[uri("smtpd.conf")]?.map(({ newText }) => newText)).toEqual(['"in box"', '"in box"']);
    expect(edit?.changes?.[textDocument.uri]?.map(({ newText }) => newText)).toEqual(['"in box"']);
    const page = { command: "smtpdlint.showMailFlow", arguments: [textDocument.uri] };
    expect(await connection.sendRequest("smtpdlint/page", page)).toMatchObject({ title: "mail flow of smtpd.conf" });
    const refused = connection.sendRequest(RenameRequest.type, { ...at("rule 1"), newName: "x" });
    await expect(refused).rejects.toThrow("there is no name here");
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });

  test("without tests there are no such lenses, and an action makes the first one", async () => {
    const uri = project("first", { "relay.conf": conf });
    const edits: unknown[] = [];
    const client = await Client.start(server, {
      folder: uri(""),
      capabilities: applying,
      prepare: (connection) => {
        connection.onRequest(ApplyWorkspaceEditRequest.type, ({ edit }) => {
          edits.push(edit);
          return { applied: true };
        });
      },
    });
    await client.open(uri("relay.conf"), conf);
    const textDocument = { uri: uri("relay.conf") };
    const lenses = (await client.connection.sendRequest(CodeLensRequest.type, { textDocument })) ?? [];
    expect(lenses.filter(({ range }) => range.start.line >= 5)).toEqual([]);
    const position = { line: 6, character: 3 };
    const actions = (await client.connection.sendRequest(CodeActionRequest.type, {
      textDocument,
      range: { start: position, end: position },
      context: { diagnostics: [] },
    })) as CodeAction[];
    const action = actions.find(({ title }) => title === "Write a test for this rule");
    await client.connection.sendRequest(ExecuteCommandRequest.type, {
      command: action?.command?.command ?? "",
      arguments: action?.command?.arguments ?? [],
    });
    const start = { line: 0, character: 0 };
    expect(edits).toEqual([
      {
        documentChanges: [
          { kind: "create", uri: uri("relay.smtpd.test"), options: { ignoreIfExists: true } },
          {
            textDocument: { uri: uri("relay.smtpd.test"), version: null },
            edits: [
              {
                range: { start, end: start },
                newText:
                  "config relay.conf\n\n# match from local for any action out\nfrom local to postmaster@elsewhere.example => relay action out\n",
              },
            ],
          },
        ],
      },
    ]);
    expect([await client.stop(), client.errors]).toEqual([0, []]);
  });
});

test("what there is for tests is loaded only where there may be some", async () => {
  const main = "file:///etc/mail/smtpd.conf";
  const files = new Map<string, string>();
  const platform: Platform = {
    ...noFiles,
    read: (uri) => {
      const text = files.get(uri);
      return text === undefined ? { failure: "not-found" } : { text };
    },
  };
  const workspace = new Workspace(platform);
  const tests = new PolicyTests(workspace, platform);
  expect(await tests.featuresFor(main)).toBeUndefined();
  files.set("file:///etc/mail/smtpd.test", "");
  expect(await tests.featuresFor(main)).toBeDefined();
  files.clear();
  workspace.open(TextDocument.create("file:///elsewhere/a.smtpd.test", "smtpd-test", 0, ""));
  expect(await tests.featuresFor(main)).toBeDefined();
});
