import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import {
  type ClientCapabilities,
  type CodeLens,
  CodeLensRefreshRequest,
  CodeLensRequest,
  DidSaveTextDocumentNotification,
  ExecuteCommandRequest,
  ShowMessageNotification,
} from "vscode-languageserver-protocol/node";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { Client } from "./client.ts";

/** What a change does to mail, in the built server, spoken to as an editor does. */
const server = [fileURLToPath(new URL("../../packages/server/dist/server.js", import.meta.url)), "--stdio"];
const { folder, file } = temporaryFolder("differences");

const git = (at: string, ...args: string[]) => {
  const { status, stderr } = spawnSync("git", ["-C", at, "-c", "user.name=x", "-c", "user.email=x@x.example", ...args]);
  expect(status, String(stderr)).toBe(0);
};

const committed = `include "more.conf"
listen on eth0
action "in" mbox
action "out" relay
match from any for domain <domains> action "in"
match from local for any action "out"
`;
const open = `${committed}match from any for any action "out"\n`;
const more = "table domains file:/etc/mail/domains\n";

/** A repository with a configuration, an include and a table below a root. */
function repository(name: string): { uri: string; at: string } {
  file(`${name}/fs/etc/mail/smtpd.conf`, committed);
  file(`${name}/fs/etc/mail/more.conf`, more);
  file(`${name}/fs/etc/mail/domains`, "example.org\n");
  const at = join(folder, name);
  git(at, "init", "--quiet");
  git(at, "add", ".");
  git(at, "commit", "--quiet", "--allow-empty", "--message", "x");
  return { at, uri: pathToFileURL(join(at, "fs/etc/mail/smtpd.conf")).href };
}

const on = { root: "fs", differencesToHead: true };
const refreshing: ClientCapabilities = { workspace: { codeLens: { refreshSupport: true } } };
const start = (at: string, settings: object = on, options: Partial<Parameters<typeof Client.start>[1]> = {}) =>
  Client.start(server, { folder: pathToFileURL(at).href, settings, ...options });

/** The titles of the lenses at the top that are about the differences. */
async function lenses({ connection }: Client, uri: string): Promise<string[]> {
  const found: CodeLens[] = (await connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } })) ?? [];
  const own = found.filter(({ command }) => command?.command === "smtpdlint.showDifferences");
  for (const { range, command } of own) {
    expect(range.start).toEqual({ line: 0, character: 0 });
    expect(command?.arguments).toEqual([uri]);
  }
  return own.map(({ command }) => command?.title ?? "");
}

const save = ({ connection }: Client, uri: string) =>
  connection.sendNotification(DidSaveTextDocumentNotification.type, { textDocument: { uri } });

describe("the lens", () => {
  test("says how many differences there are, and follows what is saved", async () => {
    const { at, uri } = repository("lens");
    let refreshed = () => {};
    const client = await start(at, on, {
      capabilities: refreshing,
      prepare: (connection) => connection.onRequest(CodeLensRefreshRequest.type, () => refreshed()),
    });
    await client.open(uri, open);
    expect(await lenses(client, uri)).toEqual(["2 differences to HEAD in what becomes of mail"]);
    // What is typed counts once it is saved.
    await client.change(uri, committed);
    expect(await lenses(client, uri)).toEqual(["2 differences to HEAD in what becomes of mail"]);
    const arrived = new Promise<void>((resolve) => {
      refreshed = resolve;
    });
    await save(client, uri);
    await arrived;
    expect(await lenses(client, uri)).toEqual([]);
    await client.change(uri, committed.replaceAll('"out"', "relay-all"));
    await save(client, uri);
    expect(await lenses(client, uri)).toEqual(["no difference to HEAD in what becomes of mail"]);
    expect(client.errors).toEqual([]);
    await client.stop();
  });

  test("knows the tables and includes of the revision", async () => {
    const { at, uri } = repository("tables");
    writeFileSync(join(at, "fs/etc/mail/domains"), "example.org\nexample.net\n");
    const client = await start(at);
    await client.open(uri, committed);
    expect(await lenses(client, uri)).toEqual(["2 differences to HEAD in what becomes of mail"]);
    await client.stop();
  });

  test.each([
    ["it is not wanted", { root: "fs" }],
    ["the workspace is not trusted", { ...on, isConfined: true }],
  ])("is not there where %s", async (_, settings) => {
    const { at, uri } = repository(`off-${Object.keys(settings).length}`);
    const client = await start(at, settings);
    await client.open(uri, open);
    expect(await lenses(client, uri)).toEqual([]);
    await client.stop();
  });

  test("is not there outside of a repository, for a new file, for an include, and where smtpd refuses the file", async () => {
    const outside = file("none/smtpd.conf", open);
    const { at, uri } = repository("elsewhere");
    const fresh = file("elsewhere/fs/etc/mail/new.smtpd.conf", open);
    const client = await start(at);
    const included = uri.replace("smtpd.conf", "more.conf");
    await client.open(uri, open);
    await client.open(included, more);
    for (const path of [outside, fresh]) await client.open(pathToFileURL(path).href, open);
    expect(await lenses(client, pathToFileURL(outside).href)).toEqual([]);
    expect(await lenses(client, pathToFileURL(fresh).href)).toEqual([]);
    expect(await lenses(client, included)).toEqual([]);
    expect(await lenses(client, uri)).toHaveLength(1);
    await client.change(uri, `${open}match nothing\n`);
    await save(client, uri);
    expect(await lenses(client, uri)).toEqual([]);
    await client.stop();
  });
});

describe("smtpdlint.showDifferences", () => {
  const show = (client: Client, uri: string) =>
    client.connection.sendRequest(ExecuteCommandRequest.type, {
      command: "smtpdlint.showDifferences",
      arguments: [uri],
    });

  test("says the differences as they are now, and answers with a page", async () => {
    const { at, uri } = repository("show");
    const messages: string[] = [];
    const client = await start(
      at,
      { root: "fs" },
      {
        prepare: (connection) =>
          connection.onNotification(ShowMessageNotification.type, ({ message }) => void messages.push(message)),
      },
    );
    await client.open(uri, open);
    const { title, markdown } = (await show(client, uri)) as { title: string; markdown: string };
    expect(title).toBe("2 differences to HEAD in what becomes of mail");
    expect(markdown).toContain("# 2 differences to `HEAD` in what becomes of mail");
    expect(markdown).toContain(`[\`smtpd.conf:7\`](<${uri}#L7>) \`match from any for any action "out"\``);
    expect(markdown).toContain("**newly relayed for outsiders**");
    expect(messages).toEqual([
      expect.stringMatching(/^2 differences .*\nrefused → relayed: mail from outside .* \(smtpd\.conf:7\)\n/),
    ]);
    // The request for clients with a view of their own says no message.
    expect(
      await client.connection.sendRequest("smtpdlint/page", { command: "smtpdlint.showDifferences", arguments: [uri] }),
    ).toMatchObject({ title });
    expect(messages).toHaveLength(1);
    await client.stop();
  });

  test("shows lines of the revision without a link", async () => {
    const { at, uri } = repository("gone");
    const client = await start(at);
    await client.open(uri, committed.replace(/^match from local.*\n/m, ""));
    const { markdown } = (await show(client, uri)) as { markdown: string };
    expect(markdown).toContain('  - `HEAD:fs/etc/mail/smtpd.conf:6` `match from local for any action "out"`');
    await client.stop();
  });

  test.each([
    ["none/smtpd.conf", open, "it is in no git repository with a commit"],
    ["fresh/fs/etc/mail/new.smtpd.conf", open, "git has no such file in HEAD"],
    ["fresh/fs/etc/mail/smtpd.conf", "match nothing\n", "refuses it: "],
  ])("says why it cannot compare %s", async (path, text, reason) => {
    const { at } = repository(`fresh`);
    const client = await start(at);
    const uri = pathToFileURL(file(path, text)).href;
    await client.open(uri, text);
    expect(await show(client, uri)).toMatchObject({ title: expect.stringContaining(reason) });
    await client.stop();
  });
});
