import { expect, test, vi } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { Publisher } from "../../packages/server/src/diagnostics.ts";
import { noFiles } from "../../packages/server/src/platform.ts";
import { Workspace } from "../../packages/server/src/workspace.ts";

test("a fault is told, and does not end the server", async () => {
  const workspace = new Workspace(noFiles);
  const uri = "file:///etc/mail/smtpd.conf";
  workspace.open(TextDocument.create(uri, "smtpd-conf", 0, "match reject\n"));
  const told = vi.fn();
  const sent = vi.fn();
  const connection = { console: { error: told }, sendDiagnostics: sent } as unknown as ConstructorParameters<
    typeof Publisher
  >[0];
  const publisher = new Publisher(connection, workspace);
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
