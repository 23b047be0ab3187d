import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

test("on the desktop the extension starts the server as a process", () => {
  const extension = here("../../packages/vscode");
  const text = "listen on lo prot 25\nmatch reject\n";
  const { stdout, stderr, status } = spawnSync(process.execPath, [here("desktop-host.cjs"), extension, text], {
    timeout: 120_000,
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
  const seen = JSON.parse(stdout);
  expect(seen.diagnostics).toMatchObject([
    {
      path: "/etc/mail/smtpd.conf",
      code: "misspelt-word",
      message: expect.stringContaining("unknown word 'prot'; did you mean 'port'?"),
      range: { start: { line: 0, character: 13 }, end: { line: 0, character: 17 } },
    },
  ]);
  expect(seen.item.text).toBe("smtpd 7.9");
  expect(seen.messages).toEqual([]);
  expect(seen.providers.toSorted()).toEqual([
    "CodeActions",
    "CompletionItem",
    "Definition",
    "DocumentFormattingEdit",
    "Hover",
    "Rename",
  ]);
  expect(seen.commands).toEqual(
    expect.arrayContaining(["smtpdlint.restart", "smtpdlint.selectTarget", "smtpdlint.showReferences"]),
  );
});

test("the view of tests lists files, groups and lines, and runs them", () => {
  const { file, folder } = temporaryFolder("explorer");
  file("smtpd.conf", "listen on 192.0.2.1\naction in mbox\nmatch from any for domain example.org action in\n");
  const lines = [
    "to bob@example.org => local bob",
    "to bob@example.org => local alice",
    "to x@elsewhere.example => reject 550",
    "to bob@example.org =>",
  ];
  file(
    "smtpd.test",
    `users { alice, bob }\nhostname mx.example.org\n\n${lines[0]}\n"group"\n${lines.slice(1).join("\n")}\n`,
  );
  const extension = here("../../packages/vscode");
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [here("desktop-host.cjs"), extension, "listen on lo prot 25\n", join(folder, "smtpd.test")],
    { timeout: 120_000, encoding: "utf8" },
  );
  expect([status, stderr]).toEqual([0, ""]);
  const seen = JSON.parse(stdout);
  expect(seen.files).toEqual([["smtpd.test", [lines[0]], ["group", ...lines.slice(1)]]]);
  expect(seen.tests).toMatchObject({
    [lines[0] as string]: "passed",
    [lines[1] as string]: [
      {
        message: "expected local alice, got local bob action in rule 1",
        expectedOutput: "local alice",
        actualOutput: "local bob action in rule 1",
        location: { path: join(folder, "smtpd.test"), range: { start: { line: 5, character: 22 } } },
      },
    ],
    [lines[2] as string]: "passed",
    [lines[3] as string]: "skipped",
  });
  expect(seen.testsEnded).toBe(true);
  expect(seen.messages).toEqual([]);
});
