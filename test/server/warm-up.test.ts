import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { diagnosticsOf } from "../../packages/server/src/diagnostics.ts";
import { noFiles } from "../../packages/server/src/platform.ts";
import { WarmUp } from "../../packages/server/src/warm-up.ts";
import { Workspace } from "../../packages/server/src/workspace.ts";

/** What the server does by itself after a document was opened. */
const uri = "file:///etc/mail/smtpd.conf";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.restoreAllMocks().useRealTimers());

/** A workspace with one document, in which a file is included, which is read with each analysis. */
function opened(text: string) {
  const read = vi.fn(noFiles.read);
  const workspace = new Workspace({ ...noFiles, read });
  workspace.open(TextDocument.create(uri, "smtpd-conf", 0, `${text}include "t"\nmatch for <x> reject\n`));
  const looks = () => read.mock.calls.filter(([name]) => name.endsWith("/t")).length;
  return { workspace, looks };
}

test("looks again and again, and changes nothing", async () => {
  const { workspace, looks } = opened("");
  const before = structuredClone([...diagnosticsOf(workspace, uri)]);
  const first = looks();
  await new WarmUp(workspace).start(uri);
  expect(looks()).toBe(first);
  vi.advanceTimersByTime(100);
  expect(looks()).toBeGreaterThan(first + 4);
  expect([...diagnosticsOf(workspace, uri)]).toEqual(before);
});

test("ends when something changes", async () => {
  const { workspace, looks } = opened("");
  await new WarmUp(workspace).start(uri);
  vi.advanceTimersByTime(50);
  workspace.forget();
  const seen = looks();
  vi.advanceTimersByTime(1000);
  expect(looks()).toBe(seen);
});

test("ends when it has worked long enough, and does not begin anew", async () => {
  const { workspace, looks } = opened("");
  workspace.mainOf(uri);
  const first = looks();
  const warmUp = new WarmUp(workspace);
  vi.spyOn(performance, "now").mockImplementation(() => looks() * 100);
  await warmUp.start(uri);
  vi.runAllTimers();
  const seen = looks();
  expect(seen).toBe(first + 4);
  await warmUp.start(uri);
  vi.runAllTimers();
  expect(looks()).toBe(seen);
});

test("ends where something fails", async () => {
  const { workspace, looks } = opened("");
  await new WarmUp(workspace).start(uri);
  const first = looks();
  vi.spyOn(workspace.hosts, "hostFor").mockImplementation(() => {
    throw new Error("no host");
  });
  expect(() => vi.advanceTimersByTime(1000)).not.toThrow();
  vi.spyOn(workspace, "mainOf").mockImplementation(() => {
    throw new Error("no main");
  });
  await new WarmUp(workspace).start(uri);
  expect(looks()).toBe(first);
});

test("leaves a long text alone", async () => {
  const { workspace, looks } = opened("# long\n".repeat(50_000));
  workspace.mainOf(uri);
  const first = looks();
  await new WarmUp(workspace).start(uri);
  vi.advanceTimersByTime(1000);
  expect(looks()).toBe(first);
});
