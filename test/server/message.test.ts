import { expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { messageText } from "../../packages/server/src/convert.ts";
import { diagnosticsOf } from "../../packages/server/src/diagnostics.ts";
import { noFiles } from "../../packages/server/src/platform.ts";
import { Workspace } from "../../packages/server/src/workspace.ts";
import { allCases } from "../helpers/rule-cases.ts";

test.each([
  [["unknown word"], "unknown word"],
  [["unknown word", "help: write it"], "unknown word.\nhelp: write it"],
  [
    ["unknown word 'prot'; did you mean 'port'?", "help: write it"],
    "unknown word 'prot'; did you mean 'port'?\nhelp: write it",
  ],
  [["expected a", "help: one", "help: two"], "expected a.\nhelp: one.\nhelp: two"],
])("%j", (lines, text) => {
  expect(messageText(lines)).toBe(text);
});

test("in one line, as quickfix lists and echo areas show it, what is wrong and what to do are told apart", () => {
  const messages = allCases().flatMap(({ text }) => {
    const workspace = new Workspace(noFiles);
    const uri = "file:///etc/mail/smtpd.conf";
    workspace.open(TextDocument.create(uri, "smtpd-conf", 0, text));
    return [...diagnosticsOf(workspace, uri).values()].flat().map(({ message }) => String(message));
  });
  const withHelp = messages.filter((message) => message.includes("\n"));
  expect(withHelp.length).toBeGreaterThan(300);
  const shown = withHelp.map((message) => message.replaceAll(/\s*\n\s*/g, " "));
  expect(shown.filter((line) => !/[.:?!] help: \S/.test(line))).toEqual([]);
});
