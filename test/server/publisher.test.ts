import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { Publisher } from "../../packages/server/src/diagnostics.ts";
import { noFiles } from "../../packages/server/src/platform.ts";
import { Workspace } from "../../packages/server/src/workspace.ts";

const uri = "file:///etc/mail/smtpd.conf";

function publishing() {
  const workspace = new Workspace(noFiles);
  workspace.open(TextDocument.create(uri, "smtpd-conf", 0, "match reject\n"));
  const told = vi.fn();
  const sent = vi.fn();
  const connection = { console: { error: told }, sendDiagnostics: sent };
  const publisher = new Publisher(connection as unknown as ConstructorParameters<typeof Publisher>[0], workspace);
  return { workspace, publisher, told, sent };
}

test("changes that come together, which are handled one a turn, are answered once", async () => {
  const { publisher, sent } = publishing();
  for (let change = 0; change < 20; change++) {
    publisher.schedule();
    await nextTurn();
  }
  expect(sent).not.toHaveBeenCalled();
  await expect.poll(() => sent.mock.calls.length).toBe(1);
  publisher.schedule();
  await expect.poll(() => sent.mock.calls.length).toBe(2);
});

test("a fault is told, and does not end the server", async () => {
  const { workspace, publisher, told, sent } = publishing();
  const broken = vi.spyOn(workspace, "analysisOf").mockImplementation(() => {
    throw new Error("a fault of ours");
  });
  publisher.schedule();
  await expect.poll(() => told.mock.calls.length).toBe(1);
  expect(told.mock.calls[0]?.[0]).toContain("a fault of ours");

  broken.mockRestore();
  publisher.schedule();
  await expect.poll(() => sent.mock.calls.length).toBe(1);
  expect(sent.mock.calls[0]?.[0]).toMatchObject({ uri, diagnostics: [] });
});
