import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

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
}, 40_000);
