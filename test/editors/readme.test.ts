import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { snippetAfter } from "./installed.ts";

/** The lines for editors that cannot be had here: they are read as those editors read them. */
const command = ["smtpdlint", "lsp"];

test("Helix", () => {
  const { "language-server": servers, language } = parse(snippetAfter("### Helix"));
  const { command: program, args } = (servers as { smtpdlint: { command: string; args: string[] } }).smtpdlint;
  expect([program, ...args]).toEqual(command);
  expect(language).toMatchObject([
    { "language-servers": ["smtpdlint"], "file-types": [{ glob: "smtpd.conf" }, {}] },
    { "language-servers": ["smtpdlint"], "file-types": [{ glob: "smtpd.test" }, {}] },
  ]);
});

test("coc.nvim", () => {
  const { command: program, args, filetypes } = JSON.parse(snippetAfter("With coc.nvim")).languageserver.smtpdlint;
  expect([program, ...args, ...filetypes]).toEqual([...command, "smtpd-conf", "smtpd-test", "mailaliases"]);
});

test("Kate", () => {
  expect(JSON.parse(snippetAfter("### Kate")).servers["smtpd-conf"].command).toEqual(command);
});

test("Sublime Text", () => {
  expect(JSON.parse(snippetAfter("### Sublime Text")).clients.smtpdlint).toMatchObject({ enabled: true, command });
});
