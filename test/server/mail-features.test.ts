import { rules } from "@smtpdlint/lint";
import { expect, test, vi } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { MailFeatures } from "../../packages/server/src/mail/mail-features.ts";
import { noFiles } from "../../packages/server/src/platform.ts";
import { TestFiles } from "../../packages/server/src/policy-tests/test-files.ts";
import { Workspace } from "../../packages/server/src/workspace.ts";

test("who asks what becomes of mail waits for no rule but those about what smtpd refuses", () => {
  const workspace = new Workspace(noFiles);
  const features = new MailFeatures(workspace, new TestFiles(workspace));
  const uri = "file:///etc/mail/smtpd.conf";
  const text = "listen on 192.0.2.25\naction a mbox\nmatch from any for any action a\n";
  workspace.open(TextDocument.create(uri, "smtpd-conf", 0, text));
  const view = workspace.viewOf(uri);
  if (!view) throw new Error("the document is not there");
  const asked = new Set<string>();
  for (const rule of rules) {
    const note = () => asked.add(rule.meta.id);
    if (rule.model) vi.spyOn(rule, "model").mockImplementation(note);
    const visits = (rule.visit ?? {}) as Record<string, () => void>;
    for (const kind of Object.keys(visits)) vi.spyOn(visits, kind).mockImplementation(note);
  }
  const here = { view, converter: workspace.converterFor(view.model) };
  expect(features.hover(here, text.indexOf("match"))?.markdown).toContain("rule 1 matches mail");
  expect(features.flowPage(here).title).toBe("mail flow of smtpd.conf");
  const refusing = rules.filter(({ meta }) => meta.category === "refused").map(({ meta }) => meta.id);
  expect(asked.size).toBeGreaterThan(0);
  expect([...asked].filter((id) => !refusing.includes(id))).toEqual([]);
  vi.restoreAllMocks();
});
