import { applyEdits } from "@smtpdlint/grammar";
import { hover, loadMigration, translations as translationsAt } from "@smtpdlint/ide";
import { analyse } from "@smtpdlint/lint";
import { blindHost, memoryHost } from "@smtpdlint/model";
import { beforeAll, expect, test } from "vitest";

const old = `# ours
table aliases file:/etc/mail/aliases
listen on lo0
accept from any for domain a.example alias <aliases> deliver to mbox # us
accept for any relay via tls://mx.example.net
`;

/** A configuration in the editor, with the files that it names. */
function viewOf(text: string, files: Readonly<Record<string, string>> = {}) {
  const host = memoryHost(files);
  const { model, diagnostics } = analyse("/etc/mail/smtpd.conf", text, host);
  return { model, diagnostics, file: 0 };
}

beforeAll(() => loadMigration(viewOf(old)));

const translations = (text: string, files?: Readonly<Record<string, string>>, file = 0) => {
  return translationsAt({ ...viewOf(text, files), file }, 0, text.length);
};

test("a file from before 6.4 is translated by one action", () => {
  const [action, more] = translations(old);
  expect(more).toBeUndefined();
  expect(action).toMatchObject({ kind: "quickfix", preferred: true });
  expect(action?.title).toBe("Translate this file from before 6.4 (1 thing to read)");
  const after = applyEdits(old, action?.edits ?? []);
  expect(after).toBe(`# ours
table aliases file:/etc/mail/aliases
listen on lo0
action "local_mbox" mbox alias <aliases>
match from any for domain a.example action "local_mbox" # us
action "relay_mx.example.net" relay host "smtp+tls://mx.example.net" tls no-verify
match for any action "relay_mx.example.net"
`);
  const refused = analyse("x", after, blindHost).diagnostics.filter(({ category }) => category === "refused");
  expect(refused).toEqual([]);
});

test("what a file includes is translated with it", () => {
  const main = `include "rules.conf"\n${old}`;
  // The finding is in the file that smtpd refuses first.
  const [action] = translations(main, { "/etc/mail/rules.conf": "reject from any for domain b.example\n" }, 1);
  const files = new Set(action?.edits.map(({ span }) => span.file));
  expect([...files].sort()).toEqual([0, 1]);
  expect(action?.edits.map(({ text }) => text).join("")).toContain("match from any for domain b.example reject");
});

test("an old rule shows its own translation, and what to know of it", () => {
  const view = viewOf(old);
  const found = hover(view, old.indexOf("relay via"));
  expect(found?.markdown).toContain('action "relay_mx.example.net" relay host');
  expect(found?.markdown).toContain("match for any action");
  expect(found?.markdown).toContain("certificate is not verified");
  expect(old.slice(found?.span.start, found?.span.end)).toBe("accept for any relay via tls://mx.example.net");
  expect(hover(view, old.indexOf("lo0"))?.markdown ?? "").not.toContain("since 6.4");
});

test.each([
  ["of today", 'action "a" mbox\nmatch for local action "a"\n'],
  ["with one old word", 'listen on lo mask-source\naction "a" mbox\nmatch for local action "a"\n'],
])("a file %s is not translated", (_, text) => {
  expect(translations(text)).toEqual([]);
  expect(hover(viewOf(text), 2)?.markdown ?? "").not.toContain("since 6.4");
});
