import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { DidChangeConfigurationNotification, ShowMessageNotification } from "vscode-languageserver-protocol/node";
import { readClientSettings } from "../../packages/server/src/client-settings.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { Client } from "./client.ts";

const server = [fileURLToPath(new URL("../../packages/server/dist/server.js", import.meta.url)), "--stdio"];

test.each<readonly [given: unknown, problems: readonly RegExp[]]>([
  [undefined, []],
  [null, []],
  [{}, []],
  [{ target: null, root: "", rules: null, inlayHints: null, differencesToHead: null }, []],
  [{ target: "6.8", root: "fs", rules: { "unused-table": "off", style: "info" }, differencesToHead: true }, []],
  [{ trace: { server: "off" }, isConfined: true }, []],
  ["7.8", [/^the settings must be an object$/]],
  [[], [/^the settings must be an object$/]],
  [{ target: 7.8 }, [/^target must be one of "6\.4"/]],
  [{ target: "9.9" }, [/^target must be one of "6\.4"/]],
  [{ root: 5 }, [/^root must be the path of a folder/]],
  [{ rules: ["unused-table"] }, [/^rules must be an object/]],
  [{ rules: { "unused-tabel": "off" } }, [/unused-tabel.*unused-table/]],
  [{ rules: { "unused-table": "fatal" } }, [/unused-table.*off/]],
  [{ inlayHints: true }, [/^inlayHints must be an object/]],
  [{ inlayHints: { implied: "yes", macros: true } }, [/^inlayHints\.implied must be true or false$/]],
  [{ codeLenses: { references: 1 } }, [/^codeLenses\.references must be true or false$/]],
  [{ differencesToHead: "no" }, [/^differencesToHead must be true or false$/]],
])("%j", (given, expected) => {
  const { problems } = readClientSettings(given);
  expect(problems).toHaveLength(expected.length);
  for (const [index, pattern] of expected.entries()) expect(problems[index]).toMatch(pattern);
});

test("what is wrong keeps nothing else from counting", () => {
  const given = {
    target: 7.8,
    root: "fs",
    rules: { "no-rules": "off", nonsense: "off" },
    inlayHints: { ports: true, macros: 5 },
  };
  expect(readClientSettings(given).settings).toMatchObject({
    target: undefined,
    root: "fs",
    rules: { "no-rules": "off" },
    inlayHints: { ports: true },
  });
});

test("what is wrong is said once, wherever it is, and diagnostics come all the same", async () => {
  const { folder } = temporaryFolder("client-settings");
  mkdirSync(join(folder, "a"));
  const uri = pathToFileURL(join(folder, "a/smtpd.conf")).href;
  const said: string[] = [];
  const client = await Client.start(server, {
    settings: { target: 7.8, rules: { "unused-tabel": "off" } },
    prepare: (connection) =>
      connection.onNotification(
        ShowMessageNotification.type,
        ({ type, message }) => void said.push(`${type} ${message}`),
      ),
  });
  await client.open(uri, "table t { a }\nmatch reject\n");
  await client.pushed(uri, (found) => found.some(({ code }) => code === "unused-table"));
  expect(said).toEqual([
    expect.stringMatching(/^2 smtpdlint: settings: target must be one of/),
    expect.stringMatching(/^2 smtpdlint: settings: .*unused-tabel/),
  ]);
  const { connection } = client;
  await connection.sendNotification(DidChangeConfigurationNotification.type, {
    settings: { smtpdlint: { target: 7.8 } },
  });
  // At once, since the server may be reading.
  const written = join(folder, "settings.json");
  writeFileSync(written, '{\n  "target": "9.9",\n  "rules": { "unused-table": "off" }\n}\n');
  renameSync(written, join(folder, "a/.smtpdlintrc.json"));
  await client.change(uri, "table u { a }\nmatch reject\n");
  await client.pushed(uri, (found) => found.length === 0);
  await client.change(uri, "table v { a }\nmatch reject\n");
  await client.pushed(uri, (found) => found.length === 0);
  expect(said.slice(2)).toEqual([expect.stringMatching(/smtpdlintrc\.json:2:13: target must be one of/)]);
  rmSync(join(folder, "a/.smtpdlintrc.json"));
  expect([await client.stop(), client.errors]).toEqual([0, []]);
});
