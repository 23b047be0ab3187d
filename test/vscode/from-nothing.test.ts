import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, Workbench } from "./workbench.ts";

/** What somebody writes who has an empty file and the editor, in VS Code's build for the web; nobody asks for a list. */
const mailExchanger = `pki mx.example.org cert "/etc/ssl/mx.crt"
pki mx.example.org key "/etc/ssl/private/mx.key"
table aliases file:/etc/mail/aliases
table domains { example.org, example.com }
filter "dkim" proc-exec "filter-rspamd"
listen on 0.0.0.0 port 25 tls pki mx.example.org
listen on 0.0.0.0 port 587 tls-require pki mx.example.org auth filter dkim
action "local" maildir alias <aliases>
action "out" relay
match from any mail-from "@spam.example" for any reject
match from any for domain <domains> action "local"
match auth from any for any action out
`;

describe.skipIf(!existsSync(chromiumPath))("from an empty file in VS Code for the web", () => {
  let workbench: Workbench;
  beforeAll(async () => {
    const files = { "/etc/mail/smtpd.conf": "", "/etc/mail/aliases": "root: joe\n", "/etc/mail/smtpd.test": "" };
    workbench = await Workbench.open(files);
    await workbench.page.locator(".squiggly-error").first().waitFor();
    await workbench.page.locator(".editor-instance .view-line").first().click();
  });
  afterAll(() => workbench?.close());
  const rows = () => workbench.page.locator(".suggest-widget.visible .monaco-list-row");

  test.each([
    ["listen on ", "0.0.0.0"],
    ["match ", "from"],
    ["pki x cert ", "/etc/ssl/"],
  ])("after '%s' the list comes by itself", async (typed, label) => {
    await workbench.page.keyboard.type(typed);
    await rows().filter({ hasText: label }).first().waitFor();
    await workbench.page.keyboard.press("Escape");
    await workbench.page.keyboard.press("Control+a");
    await workbench.page.keyboard.press("Backspace");
  });

  test("what is in a folder follows the folder", async () => {
    await workbench.page.keyboard.type("table a file:");
    await rows().filter({ hasText: "/etc/mail/" }).first().waitFor();
    await workbench.page.keyboard.press("Enter");
    await rows().filter({ hasText: "aliases" }).first().waitFor();
    await workbench.page.keyboard.press("Enter");
    await expect.poll(() => workbench.text()).toEqual(["table a file:/etc/mail/aliases"]);
    await workbench.page.keyboard.press("Control+a");
    await workbench.page.keyboard.press("Backspace");
  });

  test("what is typed stays as it is, and Enter begins a line, whatever is offered", async () => {
    await workbench.page.keyboard.type(mailExchanger, { delay: 15 });
    await expect.poll(async () => (await workbench.text()).join("\n")).toBe(mailExchanger);
    await expect.poll(() => workbench.page.locator(".squiggly-error").count()).toBe(0);
  });

  test("nothing of ours has failed", () => {
    expect(workbench.errors.filter((message) => /smtpdlint/i.test(message))).toEqual([]);
  });
});
