import { EventEmitter } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { readCapabilities } from "../../packages/server/src/client-capabilities.ts";
import { findMistakes, Publisher } from "../../packages/server/src/diagnostics.ts";
import { noFiles } from "../../packages/server/src/platform.ts";
import { PolicyTests } from "../../packages/server/src/policy-tests/policy-tests.ts";
import { SettingsDiagnostics } from "../../packages/server/src/settings-diagnostics.ts";
import { answersGoTo, readOpen } from "../../packages/server/src/turns.ts";
import { Workspace } from "../../packages/server/src/workspace.ts";

const uri = "file:///etc/mail/smtpd.conf";

function publishing() {
  const workspace = new Workspace(noFiles);
  const textDocument = { publishDiagnostics: { versionSupport: true } };
  workspace.client = readCapabilities({ capabilities: { textDocument } });
  workspace.open(TextDocument.create(uri, "smtpd-conf", 0, "match reject\n"));
  const told = vi.fn();
  const sent = vi.fn();
  const connection = { console: { error: told }, sendDiagnostics: sent };
  const policyTests = new PolicyTests(workspace, noFiles);
  const publisher = new Publisher(
    connection as unknown as ConstructorParameters<typeof Publisher>[0],
    workspace,
    policyTests,
    new SettingsDiagnostics(workspace),
  );
  return { workspace, publisher, policyTests, told, sent };
}

test("changes that come together, which are handled one a turn, are answered once", async () => {
  const { workspace, publisher, sent } = publishing();
  for (let change = 0; change < 20; change++) {
    publisher.schedule();
    await nextTurn();
  }
  expect(sent).not.toHaveBeenCalled();
  await expect.poll(() => sent.mock.calls.length).toBe(1);
  workspace.open(TextDocument.create(uri, "smtpd-conf", 1, "listen on lo prot 25\nmatch reject\n"));
  publisher.schedule();
  await expect.poll(() => sent.mock.calls.length).toBe(2);
});

test("of many documents only the one that changed is looked at again, and sent", async () => {
  const { workspace, publisher, sent } = publishing();
  const other = (number: number) => `file:///srv/${number}/smtpd.conf`;
  for (let number = 0; number < 50; number++) {
    workspace.open(TextDocument.create(other(number), "smtpd-conf", 0, "listen on lo\nmatch reject\n"));
  }
  publisher.schedule();
  await expect.poll(() => sent.mock.calls.length).toBe(51);
  const kept = workspace.analysisOf(other(1));
  workspace.open(TextDocument.create(other(2), "smtpd-conf", 1, "listen on lo prot 25\nmatch reject\n"));
  publisher.schedule();
  await expect.poll(() => sent.mock.calls.length).toBe(52);
  expect(sent.mock.calls.at(-1)?.[0]).toMatchObject({ uri: other(2), diagnostics: [{ code: "misspelt-word" }] });
  expect(workspace.analysisOf(other(1))).toBe(kept);
  workspace.forget();
  expect(workspace.analysisOf(other(1))).not.toBe(kept);
});

test("who has asked for mistakes is answered before they are published", async () => {
  const { workspace, publisher, sent } = publishing();
  const order: string[] = [];
  sent.mockImplementation(() => order.push("published"));
  const analysis = workspace.analysisOf(uri);
  // Looked at in turns, and done in one of the publisher's.
  let left = 9;
  vi.spyOn(analysis, "advance").mockImplementation(() => --left <= 0);
  vi.spyOn(workspace, "analysisOf").mockReturnValue(analysis);
  publisher.schedule();
  while (left === 9) await nextTurn();
  const answered = findMistakes(workspace, [uri], () => true).then(() => order.push("answered"));
  await expect.poll(() => order).toEqual(["answered", "published"]);
  await answered;
});

test("of many documents that are open and not read, others wait for one at most", async () => {
  const { workspace, publisher, sent } = publishing();
  for (let number = 0; number < 10; number++) {
    workspace.open(TextDocument.create(`file:///srv/${number}/smtpd.conf`, "smtpd-conf", 0, "match reject\n"));
  }
  let read = 0;
  const readNext = workspace.readNext.bind(workspace);
  // Each reading takes longer than a turn.
  vi.spyOn(performance, "now").mockImplementation(() => read * 10);
  vi.spyOn(workspace, "readNext").mockImplementation(() => readNext() && ++read > 0);
  // Who does not wait any more has nothing read.
  expect(await readOpen(workspace, () => false)).toBe(false);
  expect(read).toBe(1);
  publisher.schedule();
  let most = 0;
  for (let before = 0; sent.mock.calls.length === 0; before = read) {
    await nextTurn();
    most = Math.max(most, read - before);
  }
  expect([read, most]).toEqual([11, 1]);
  vi.restoreAllMocks();
});

test("while a long answer is being sent, mistakes are not looked for", async () => {
  const { workspace } = publishing();
  const output = Object.assign(new EventEmitter(), { writableNeedDrain: true });
  answersGoTo(output);
  let time = 0;
  // Something is left to do after each turn.
  vi.spyOn(performance, "now").mockImplementation(() => (time += 0.4));
  const done = vi.fn();
  const finding = findMistakes(workspace, [uri], () => true).then(done);
  for (let turn = 0; turn < 1000; turn++) await nextTurn();
  expect(workspace.analysisOf(uri).isSearched).toBe(false);
  output.writableNeedDrain = false;
  output.emit("drain");
  await finding;
  expect(workspace.analysisOf(uri).isSearched).toBe(true);
});

test("what includes a document that changes is looked at again", () => {
  const { workspace } = publishing();
  const main = "file:///srv/smtpd.conf";
  const part = "file:///srv/part.conf";
  workspace.open(TextDocument.create(main, "smtpd-conf", 0, 'include "part.conf"\nmatch reject\n'));
  workspace.open(TextDocument.create(part, "smtpd-conf", 0, "listen on lo\n"));
  expect(workspace.mainOf(part)).toBe(main);
  workspace.open(TextDocument.create(part, "smtpd-conf", 1, "listen on lo prot 25\n"));
  expect(workspace.analysisOf(main).diagnostics.map(({ rule }) => rule)).toContain("misspelt-word");
  workspace.open(TextDocument.create(main, "smtpd-conf", 1, "match reject\n"));
  expect(workspace.mainOf(part)).toBe(part);
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

test("a run of tests that a change overtakes says nothing", async () => {
  const { workspace, publisher, policyTests, sent } = publishing();
  const tests = "file:///etc/mail/smtpd.test";
  const sentTo = () => sent.mock.calls.map(([{ uri, version, diagnostics }]) => [uri, version, diagnostics.length]);
  const many = "to bob@example.org => local\n".repeat(5_000);
  workspace.open(TextDocument.create(uri, "smtpd-conf", 1, "listen on 192.0.2.1\nmatch reject\n"));
  let version = 0;
  const change = () => {
    workspace.open(TextDocument.create(tests, "smtpd-test", ++version, version === 3 ? "to bob => local\n" : many));
    publisher.schedule();
  };
  // How many turns a run takes nobody knows: the next change comes as soon as it has begun.
  const { files } = await policyTests.features();
  const run = files.run.bind(files);
  vi.spyOn(files, "run").mockImplementation((loaded) => {
    const results = run(loaded);
    if (version < 3) change();
    return results;
  });
  change();
  await expect.poll(() => sentTo().filter(([to]) => to === tests)).toEqual([[tests, 3, 1]]);
  // An edit of the configuration runs them again.
  workspace.open(
    TextDocument.create(uri, "smtpd-conf", 2, "listen on 192.0.2.1\naction a mbox\nmatch from any for any action a\n"),
  );
  publisher.schedule();
  await expect.poll(() => sent.mock.calls.at(-1)?.[0].diagnostics[0]?.message).toContain("name the users with");
  workspace.close(tests);
  publisher.schedule();
  await expect.poll(() => sentTo().at(-1)).toEqual([tests, undefined, 0]);
});
