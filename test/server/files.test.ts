import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import {
  type CompletionList,
  CompletionRequest,
  ConfigurationRequest,
  DidChangeWatchedFilesNotification,
  RegistrationRequest,
  ShowMessageNotification,
  type TextEdit,
  WillRenameFilesRequest,
} from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { Client } from "./client.ts";

/** Which files the server sees, and whose settings hold for them. */
const server = [fileURLToPath(new URL("../../packages/server/dist/server.js", import.meta.url)), "--stdio"];
const { folder } = temporaryFolder("files");

const rulesOf = (diagnostics: readonly { code?: unknown }[]) => diagnostics.map(({ code }) => code);

// The second is spelled in another way than we do.
test.each(["vscode-vfs://host/repo", "vscode-vfs://host/the:repo"])(
  "files that are on no disk are read by the client: %s",
  async (repo) => {
    const files = new Map([
      [`${repo}/tables.conf`, "table t { a }\ntable u { b }\n"],
      [`${repo}/.smtpdlintrc.json`, '{ "rules": { "unused-table": "off" } }'],
    ]);
    const client = await Client.start(server, {
      capabilities: { experimental: { smtpdlint: { readFiles: true } } },
      prepare: (connection) => {
        connection.onRequest("smtpdlint/readFile", ({ uri }: { uri: string }): object => {
          const text = files.get(decodeURIComponent(uri));
          return text === undefined ? { failure: "not-found" } : { text };
        });
        connection.onRequest("smtpdlint/readFolder", () => ["aliases", "sub/"]);
      },
    });
    const uri = `${repo}/smtpd.conf`;
    await client.open(uri, 'include "tables.conf"\nmatch for domain <t> reject\ntable c file:x/\n');
    expect(rulesOf(await client.pushed(uri, () => true))).toEqual(["invalid-table-source"]);
    const { items } = (await client.connection.sendRequest(CompletionRequest.type, {
      textDocument: { uri },
      position: { line: 2, character: 15 },
    })) as CompletionList;
    expect(items.map(({ label }) => label)).toEqual(["aliases", "sub/"]);

    await client.change(uri, 'include "tables.conf"\nmatch for domain <t> reject\n');
    await client.pushed(uri, ({ length }) => length === 0);
    files.set(`${repo}/tables.conf`, "table other { a }\n");
    await client.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: `${repo}/tables.conf`, type: 2 }],
    });
    expect(rulesOf(await client.pushed(uri, ({ length }) => length === 1))).toEqual(["undefined-table"]);
    expect(client.errors).toEqual([]);
    expect(await client.stop()).toBe(0);
  },
);

test("nothing is said of files that another host has", async () => {
  const said: string[] = [];
  const client = await Client.start(server, {
    prepare: (connection) =>
      connection.onNotification(ShowMessageNotification.type, ({ message }) => void said.push(message)),
  });
  for (const uri of ["file://host/etc/mail/smtpd.conf", "file:///a%2fb/smtpd.conf"]) {
    await client.open(uri, 'include "none.conf"\nmatch reject\n');
    expect(rulesOf(await client.pushed(uri, ({ length }) => length > 0))).toEqual(["unread-include"]);
  }
  expect([said, await client.stop(), client.errors]).toEqual([[], 0, []]);
});

/** The URI of a document, and how the commands in its findings name it. */
test.each([
  ["vscode-vfs://github/owner/repo/hosts/mx/smtpd.conf", "hosts/mx/smtpd.conf", "vscode-vfs://github/owner/repo"],
  ["vscode-vfs://github/owner/repo/two%20words.conf", "'two words.conf'", "vscode-vfs://github/owner/repo/"],
  ["vscode-vfs://github/owner/repo/smtpd.conf", "smtpd.conf", undefined],
  ["untitled:Untitled-1", "FILE", undefined],
  ["untitled:/home/joe/new.conf", "new.conf", undefined],
  ["file:///home/joe/50%25.conf", "/home/joe/50%.conf", undefined],
  ["file:///c%3A/mail/smtpd.conf", "c:/mail/smtpd.conf", undefined],
  ["file://server/share/smtpd.conf", "//server/share/smtpd.conf", "file://server/share"],
])("a command in a finding names %s as %s", async (uri, name, folder) => {
  const client = await Client.start(server, {
    ...(folder && { folder }),
    settings: { root: "/srv/my root" },
    capabilities: { experimental: { smtpdlint: { readFiles: true } } },
    prepare: (connection) => {
      connection.onRequest("smtpdlint/readFile", () => ({ failure: "not-found" }));
      connection.onRequest("smtpdlint/readFolder", () => []);
    },
  });
  await client.open(uri, "listen on 0.0.0.0\naction in mbox\nmatch from any for domain a.org action in\n");
  const found = await client.pushed(uri, ({ length }) => length > 0);
  expect(found.map(({ message }) => message).join("\n")).toContain(`smtpdlint trace ${name} --root `);
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});

test("of folders that may not be read, those on the way to the workspace are listed, and nothing else", async () => {
  const asked: string[] = [];
  const client = await Client.start(server, {
    capabilities: { experimental: { smtpdlint: { readFiles: true } } },
    folder: "memfs:/etc/mail",
    settings: { isConfined: true },
    prepare: (connection) => {
      connection.onRequest("smtpdlint/readFile", () => ({ failure: "not-found" }));
      connection.onRequest("smtpdlint/readFolder", ({ uri }: { uri: string }) => {
        asked.push(uri);
        return uri === "memfs:/etc/mail" ? ["aliases", "conf.d/", "smtpd.conf"] : ["secret"];
      });
    },
  });
  const uri = "memfs:/etc/mail/smtpd.conf";
  for (const [path, names] of [
    ["/", ["etc/"]],
    ["/etc/", ["mail/"]],
    ["//etc/./", ["mail/"]],
    ["../", ["mail/"]],
    ["/etc/mail/", ["aliases", "conf.d/", "smtpd.conf"]],
    ["/etc/mail/conf.d/", ["secret"]],
    ["/etc/ma", ["mail/"]],
    ["/etc/mailer/", []],
    ["/var/", []],
  ] as const) {
    await client.open(uri, `include "${path}"\n`);
    const found = await client.connection.sendRequest(CompletionRequest.type, {
      textDocument: { uri },
      position: { line: 0, character: 9 + path.length },
    });
    const items = Array.isArray(found) ? found : (found?.items ?? []);
    expect([path, ...items.map(({ label }) => label)]).toEqual([path, ...names]);
    await client.close(uri);
  }
  expect(asked.filter((uri) => !uri.startsWith("memfs:/etc/mail"))).toEqual([]);
  expect(await client.stop()).toBe(0);
});

test("the users below a root are all that there are", async () => {
  const machine = join(folder, "machine");
  const write = (path: string, text: string) => {
    mkdirSync(join(machine, path, ".."), { recursive: true });
    writeFileSync(join(machine, path), text);
    return pathToFileURL(join(machine, path)).href;
  };
  const passwd = "root:*:0:0::/root:/bin/ksh\nalice:*:1000:1000::/home/alice:/bin/ksh\n";
  const users = write("etc/passwd", passwd);
  const aliases = write("etc/mail/aliases", "info: alice\nsales: bob\n");
  const text = "table aliases file:/etc/mail/aliases\naction in mbox alias <aliases>\nmatch for local action in\n";
  const uri = write("etc/mail/smtpd.conf", text);
  const client = await Client.start(server, { folder: pathToFileURL(machine).href, settings: { root: machine } });
  await client.open(uri, text);
  await client.open(aliases, "info: alice\nsales: bob\n", "smtpd-table");
  const shown = await client.pushed(aliases, ({ length }) => length > 0);
  expect(rulesOf(shown)).toEqual(["refused-recipient"]);
  write("etc/passwd", `${passwd}bob:*:1001:1001::/home/bob:/bin/ksh\n`);
  await client.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
    changes: [{ uri: users, type: 2 }],
  });
  await client.pushed(aliases, ({ length }) => length === 0);
  expect(await client.stop()).toBe(0);
});

test("a workspace shows only its own files, trusted or not, and a root what is in it", async () => {
  const inside = join(folder, "inside");
  mkdirSync(inside);
  writeFileSync(join(folder, "outside.conf"), "table t { a }\n");
  writeFileSync(join(inside, "inside.conf"), "table t { a }\n");
  symlinkSync(join(folder, "outside.conf"), join(inside, "link.conf"));
  const uri = pathToFileURL(join(inside, "main.conf")).href;
  for (const settings of [{ isConfined: true }, { root: inside }, {}]) {
    const client = await Client.start(server, { folder: pathToFileURL(inside).href, settings });
    for (const [path, isSeen] of [
      ["inside.conf", true],
      ["../outside.conf", false],
      ["link.conf", false],
    ]) {
      // A table twice shows that the file was read.
      await client.open(uri, `include "${path}"\ntable t { b }\nmatch for domain <t> reject\n`);
      const rules = rulesOf(await client.pushed(uri, () => true));
      expect([path, settings, rules.includes("duplicate-table")]).toEqual([path, settings, isSeen]);
      await client.close(uri);
    }
    expect(await client.stop()).toBe(0);
  }
});

test("each folder has its own settings", async () => {
  const client = await Client.start(server, {
    folder: "file:///old",
    capabilities: { workspace: { configuration: true } },
    prepare: (connection) => {
      connection.onRequest(ConfigurationRequest.type, ({ items }) =>
        items.map(({ scopeUri }) => ({ target: scopeUri === "file:///old" ? "6.8" : "7.8" })),
      );
      connection.onRequest(RegistrationRequest.type, () => {
        throw new Error("this client registers nothing");
      });
    },
  });
  const since70 = 'listen on lo ciphers "HIGH"\nmatch reject\n';
  for (const name of ["old", "new"]) await client.open(`file:///${name}/smtpd.conf`, since70);
  const found = await client.pushed("file:///old/smtpd.conf", ({ length }) => length > 0);
  expect(rulesOf(found)).toContain("too-new");
  expect(rulesOf(await client.pushed("file:///new/smtpd.conf", () => true))).not.toContain("too-new");
  expect(client.errors).toEqual([]);
  expect(await client.stop()).toBe(0);
});

test("paths follow files and folders that are renamed", async () => {
  const base = join(folder, "renamed");
  const main = `include "parts/tables.conf"
include 'parts/it is.conf'
table aliases file:/etc/mail/aliases
pki mail cert "/etc/ssl/mail.crt" key "/etc/ssl/mail.key"
match reject
`;
  mkdirSync(join(base, "etc/mail/parts"), { recursive: true });
  writeFileSync(join(base, "etc/mail/parts/tables.conf"), "table logins file:/etc/mail/logins\n");
  const urlOf = (path: string) => pathToFileURL(join(base, path)).href;
  const uri = urlOf("etc/mail/smtpd.conf");
  const client = await Client.start(server, { folder: pathToFileURL(base).href, settings: { root: "." } });
  await client.open(uri, main);
  /** The texts after a move, by the ends of their names. */
  const after = async (from: string, to: string) => {
    const files = [{ oldUri: urlOf(from), newUri: urlOf(to) }];
    const edit = await client.connection.sendRequest(WillRenameFilesRequest.type, { files });
    return Object.entries(edit?.changes ?? {}).map(([changed, edits]: [string, TextEdit[]]) => {
      const text = changed === uri ? main : "table logins file:/etc/mail/logins\n";
      return TextDocument.applyEdits(TextDocument.create(changed, "", 0, text), edits);
    });
  };
  expect(await after("etc/mail/parts/tables.conf", "etc/mail/parts/lists.conf")).toEqual([
    main.replace("parts/tables.conf", "parts/lists.conf"),
  ]);
  expect(await after("etc/mail/parts", "etc/mail/conf.d")).toEqual([main.replaceAll("parts/", "conf.d/")]);
  expect(await after("etc/mail/parts/it is.conf", "etc/mail/parts/it's.conf")).toEqual([
    main.replace("'parts/it is.conf'", "parts/it's.conf"),
  ]);
  expect(await after("etc/mail/aliases", "etc/mail/all aliases")).toEqual([
    main.replace("file:/etc/mail/aliases", '"file:/etc/mail/all aliases"'),
  ]);
  expect(await after("etc/ssl", "etc/tls")).toEqual([main.replaceAll("/etc/ssl/", "/etc/tls/")]);
  expect(await after("etc/mail/logins", "etc/mail/users")).toEqual(["table logins file:/etc/mail/users\n"]);
  // What nothing names changes nothing, nor what has a name that begins alike.
  expect(await after("etc/mail/alias", "etc/mail/other")).toEqual([]);
  expect(client.errors).toEqual([]);
  expect(await client.stop()).toBe(0);
});

test("a table's file is read again when something is saved, and else a moment later", async () => {
  const { folder } = temporaryFolder("clients");
  const table = join(folder, "domains");
  const uri = pathToFileURL(join(folder, "smtpd.conf")).href;
  const text = `table domains file:${table}\nlisten on lo\nmatch for domain <domains> reject\n`;
  writeFileSync(table, "example.org\n");
  const client = await Client.start(server);
  await client.open(uri, text);
  const isMapping = (found: readonly { code?: unknown }[]) => found.some(({ code }) => code === "wrong-table-kind");
  await client.pushed(uri, (found) => !isMapping(found));
  writeFileSync(table, "example.org joe\n");
  await client.save(uri);
  await client.pushed(uri, isMapping);
  // Nobody says a word of this, but somebody types on.
  writeFileSync(table, "example.org\n");
  let typed = 0;
  await expect
    .poll(async () => {
      await client.change(uri, `${text}# ${typed++}\n`);
      return isMapping(await client.pushed(uri, () => true));
    })
    .toBe(false);
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});
