import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, Workbench } from "./workbench.ts";

/**
 * The extension in VS Code's build for the web, in Debian's Chromium.
 * `SMTPDLINT_SCREENSHOTS=1` writes the pictures of the marketplace's page anew.
 */
const main = `# mail for example.org
include "tables.conf"
pki mail cert "/etc/ssl/mail.crt" key "/etc/ssl/mail.key"
listen on socket
listen on 0.0.0.0 prot 25 tls pki mail
action "local" maildir alias <aliases>
action "outbound" relay   helo mail.example.org
match from any for domain <domains> action "local"
match for any action "outbond"
`;
const files = {
  "/etc/mail/smtpd.conf": main,
  "/etc/mail/tables.conf": "table aliases file:/etc/mail/aliases\ntable domains { example.org }\n",
  "/etc/mail/aliases": "root: joe\n",
  "/etc/mail/.smtpdlintrc.json": '{ "target": "7.7" }',
};

const pictures = fileURLToPath(new URL("../../packages/vscode/images/screenshots", import.meta.url));

/** What the tests use of a page. */
interface PageGlobals {
  getComputedStyle(element: unknown): { readonly color: string };
}

describe.skipIf(!existsSync(chromiumPath))("VS Code for the web", () => {
  const folder = process.env.SMTPDLINT_SCREENSHOTS ? pictures : mkdtempSync(join(tmpdir(), "smtpdlint-vscode-"));
  let workbench: Workbench;

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    workbench = await Workbench.open(files);
  });
  afterAll(async () => {
    await workbench?.close();
    if (!process.env.SMTPDLINT_SCREENSHOTS) rmSync(folder, { recursive: true });
  });

  async function picture(name: string): Promise<void> {
    const path = join(folder, `${name}.png`);
    // What comes in slowly is there.
    await workbench.page.waitForTimeout(300);
    await workbench.page.screenshot({ path });
    expect(statSync(path).size).toBeGreaterThan(20_000);
  }
  /** The colour of the first piece of text that is exactly this. */
  const colourOf = (text: string) =>
    workbench.page
      .locator(".view-line span span", { hasText: new RegExp(`^\\s*${text.replaceAll(" ", "\\s")}\\s*$`) })
      .first()
      .evaluate((element) => (globalThis as unknown as PageGlobals).getComputedStyle(element).color);
  const squiggles = () => workbench.page.locator(".squiggly-error").count();
  const hoverText = async () => {
    await workbench.command("Show or Focus Hover");
    const hover = workbench.page.locator(".monaco-hover:not(.hidden) .monaco-hover-content").first();
    await hover.waitFor();
    await expect.poll(() => hover.textContent()).not.toMatch(/^Loading/);
    return ((await hover.textContent()) ?? "").replaceAll("\u00a0", " ");
  };

  test("two findings are underlined, those that the included file settles are not", async () => {
    await workbench.page.locator(".squiggly-error").first().waitFor();
    await expect.poll(squiggles).toBe(2);
    await expect.poll(() => workbench.page.locator(".statusbar").textContent()).toContain("smtpd 7.7");
  });

  test("words are coloured by what they are", async () => {
    const colours = [
      await colourOf("# mail for example.org"),
      await colourOf('"tables.conf"'),
      await colourOf("listen"),
      await colourOf("25"),
    ];
    expect(new Set(colours).size).toBe(4);
  });

  test("the message is there, and what to do", async () => {
    await workbench.goTo(5, 20);
    const text = await hoverText();
    expect(text).toContain("unknown word 'prot'; did you mean 'port'?");
    expect(text).toContain("misspelt-word");
    await picture("finding");
    await workbench.page.keyboard.press("Escape");
  });

  test("a word has its help", async () => {
    await workbench.goTo(6, 17);
    expect(await hoverText()).toMatch(/maildir/);
    await picture("hover");
    await workbench.page.keyboard.press("Escape");
  });

  test("a quick fix is applied", async () => {
    await workbench.goTo(5, 20);
    await workbench.page.keyboard.press("Control+.");
    await workbench.page.locator(".action-widget .action", { hasText: "port" }).first().waitFor();
    await picture("fixes");
    await workbench.page.keyboard.press("Enter");
    await expect.poll(async () => (await workbench.text())[4]).toContain("0.0.0.0 port 25 tls");
    await expect.poll(squiggles).toBe(1);
  });

  test("a definition is found, also in an included file", async () => {
    await workbench.goTo(8, 30);
    await workbench.page.keyboard.press("F12");
    await workbench.page.locator(".tab.active", { hasText: "tables.conf" }).waitFor();
    await expect.poll(() => workbench.page.locator(".statusbar").textContent()).toContain("Ln 2, Col 7");
    // By its name the editor would take it for properties.
    const status = () => workbench.page.locator(".statusbar").textContent();
    await expect.poll(status).toContain("OpenSMTPD configuration");
    expect(await hoverText()).toContain("a list with 1 entry");
    await workbench.page.keyboard.press("Escape");
    await workbench.page.keyboard.press("Control+Alt+-");
    await workbench.page.locator(".tab.active", { hasText: "smtpd.conf" }).waitFor();
  });

  test("names are offered while one types", async () => {
    await workbench.goTo(9, 31);
    for (let typed = 0; typed < 9; typed++) await workbench.page.keyboard.press("Backspace");
    await workbench.page.keyboard.press("Control+Space");
    const list = workbench.page.locator(".suggest-widget .monaco-list-row");
    await list.first().waitFor();
    const labels = await list.evaluateAll((rows) => rows.map((row) => row.ariaLabel?.split(",")[0]));
    expect(labels).toEqual(expect.arrayContaining(["local", "outbound"]));
    await picture("completion");
    await workbench.page.keyboard.type("out");
    await list.first().waitFor();
    await workbench.page.keyboard.press("Enter");
    await expect.poll(async () => (await workbench.text())[8]).toMatch(/action "outbound"$/);
    await expect.poll(squiggles).toBe(0);
  });

  test("names and words are offered while one types, without a key for it", async () => {
    await workbench.goTo(10, 1);
    const rows = workbench.page.locator(".suggest-widget.visible .monaco-list-row");
    await workbench.page.keyboard.type("l");
    await rows.filter({ hasText: "listen" }).first().waitFor();
    await workbench.page.keyboard.press("Enter");
    // Whenever a letter comes, also while the editor waits for the list of the space before, or has just got it.
    for (const milliseconds of [40, 20, 10, 5, 0]) {
      await workbench.page.keyboard.type(" on socket ");
      await workbench.page.waitForTimeout(milliseconds);
      await workbench.page.keyboard.type("f");
      await rows.filter({ hasText: "filter" }).first().waitFor();
      if (milliseconds === 0) break;
      await workbench.page.keyboard.press("Escape");
      for (const _ of " on socket f") await workbench.page.keyboard.press("Backspace");
    }
    await workbench.page.keyboard.press("Enter");
    await expect.poll(async () => (await workbench.text())[9]).toBe("listen on socket filter");
    await workbench.page.keyboard.press("Shift+Home");
    await workbench.page.keyboard.press("Backspace");
    await expect.poll(async () => (await workbench.text())[9]).toBe("");

    // Nobody has to leave the list of the word before.
    for (const letter of "match ") {
      await workbench.page.keyboard.type(letter);
      if (letter !== " ") await rows.filter({ hasText: "match" }).first().waitFor();
    }
    await workbench.page.keyboard.type("f");
    await rows.filter({ hasText: "from" }).first().waitFor();
    await workbench.page.keyboard.press("Escape");

    // The bracket that the editor has closed is behind the cursor then.
    await workbench.page.keyboard.type("or domain <d");
    await rows.filter({ hasText: "domains" }).first().waitFor();
    await workbench.page.keyboard.press("Enter");
    await workbench.page.keyboard.type(" reject");
    await expect.poll(async () => (await workbench.text())[9]).toBe("match for domain <domains> reject");
    await workbench.page.keyboard.press("Shift+Home");
    await workbench.page.keyboard.press("Backspace");
  });

  test("the document is formatted", async () => {
    await workbench.command("smtpdlint: Format");
    await expect.poll(async () => (await workbench.text())[6]).toMatch(/relay helo mail.example.org/);
  });

  test("nothing stands above definitions", async () => {
    expect(await workbench.page.locator(".codelens-decoration").count()).toBe(0);
  });

  test("a set-up is written by its name", async () => {
    await workbench.goTo(10, 1);
    await workbench.page.keyboard.type("setup");
    await workbench.page.keyboard.press("Control+Space");
    const row = workbench.page.locator(".suggest-widget .monaco-list-row", { hasText: "setup submission" });
    await row.first().waitFor();
    await row.first().click();
    await expect.poll(async () => (await workbench.text()).join("\n")).toContain("port submissions smtps pki");
    await workbench.page.keyboard.press("Escape");
  });

  test("all safe fixes are applied at once", async () => {
    await workbench.page.keyboard.press("Control+End");
    await workbench.page.keyboard.type("\nlisten on 10.0.0.1 mask-source");
    await workbench.page.locator(".squiggly-error").first().waitFor();
    await workbench.command("smtpdlint: Apply All Safe Fixes");
    await expect.poll(async () => (await workbench.text()).join("\n")).toContain("10.0.0.1 mask-src");
  });

  test("the walkthrough shows each step that there is on the web", async () => {
    await workbench.command("Welcome: Open Walkthrough");
    await workbench.page.keyboard.type("smtpd.conf");
    await workbench.page.locator(".quick-input-list .monaco-list-row", { hasText: "smtpd.conf" }).first().click();
    const steps = workbench.page.locator(".getting-started-step");
    await steps.first().waitFor();
    const titles = await steps.locator(".step-title").allTextContents();
    expect(titles).toContain("Test what becomes of mail");
    expect(titles).toContain("Migrate an old configuration");
    expect(titles).not.toContain("See what a change does to mail");
    expect(await workbench.page.locator(".getting-started-step code").count()).toBeGreaterThan(3);
    expect((await steps.allTextContents()).join("")).not.toContain("`");
  });

  test("nothing of ours has failed", () => {
    expect(workbench.errors.filter((message) => /smtpdlint/i.test(message))).toEqual([]);
  });
});

describe.skipIf(!existsSync(chromiumPath))("the target", () => {
  test("is chosen from a list, kept in the settings, and outlives the server", async () => {
    const text = 'listen on lo ciphers "HIGH"\nmatch reject\n';
    const workbench = await Workbench.open({ "/etc/mail/smtpd.conf": text });
    try {
      const item = workbench.page.locator(".statusbar-item", { hasText: /^smtpd / });
      await expect.poll(() => item.textContent()).toContain("smtpd 7.9");
      expect(await workbench.page.locator(".squiggly-error").count()).toBe(0);
      await item.click();
      // The list is longer than what it shows.
      await workbench.page.locator(".quick-input-list .monaco-list-row").first().waitFor();
      await workbench.page.keyboard.type("6.8");
      await workbench.page.locator(".quick-input-list .monaco-list-row", { hasText: "6.8" }).first().click();
      await expect.poll(() => item.textContent()).toContain("smtpd 6.8");
      await workbench.page.locator(".squiggly-error").first().waitFor();

      // A server that was started again finds the same.
      await workbench.command("smtpdlint: Restart the Server");
      await workbench.page.locator(".squiggly-error").first().waitFor({ state: "detached" });
      await workbench.page.locator(".squiggly-error").first().waitFor();
      await expect.poll(() => item.textContent()).toContain("smtpd 6.8");
    } finally {
      await workbench.close();
    }
  });
});

describe.skipIf(!existsSync(chromiumPath))("who wants them", () => {
  test("sees the uses of a name above its definition, and what is between the words", async () => {
    const text = 'lan = "10.0.0.0/8"\ntable t { a.org }\nlisten on lo\nmatch from src $lan for domain <t> reject\n';
    const settings = {
      "smtpdlint.codeLenses.references": true,
      "smtpdlint.inlayHints.macros": true,
      "smtpdlint.inlayHints.ports": true,
    };
    const workbench = await Workbench.open({ "/etc/mail/smtpd.conf": text }, settings);
    try {
      const { page } = workbench;
      const lens = page.locator(".codelens-decoration a", { hasText: "1 reference" });
      await lens.first().waitFor();
      expect(await lens.count()).toBe(2);
      const shown = async () =>
        ((await page.locator(".view-lines").first().textContent()) ?? "").replaceAll("\u00a0", " ");
      await expect.poll(shown).toContain("port 25");
      await expect.poll(shown).toContain('= "10.0.0.0/8"');
      await lens.first().click();
      await page.locator(".peekview-widget .referenceMatch").first().waitFor();
    } finally {
      await workbench.close();
    }
  });
});

describe.skipIf(!existsSync(chromiumPath))("a file of a table", () => {
  const conf = "table people file:/etc/mail/people\naction in mbox alias <people>\nmatch action in\n";
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.open({
      "/etc/mail/smtpd.conf": conf,
      "/etc/mail/people": "# people\nroot: joe\njoe: bob\njoe: ann\n",
      "/etc/mail/notes": "root: joe\n",
      "/etc/passwd": "root:x:0:0::/root:/bin/sh\nzoe:x:1000:1000::/home/zoe:/bin/sh\n",
    });
  });
  afterAll(() => workbench?.close());
  const status = () => workbench.page.locator(".statusbar").textContent();
  const open = async (name: string) => {
    await workbench.page.locator(".explorer-folders-view .monaco-list-row", { hasText: name }).first().dblclick();
    await workbench.page.locator(".tab.active", { hasText: name }).waitFor();
  };

  test("is known by the configuration that reads it, and has its findings", async () => {
    await expect.poll(status).toContain("smtpd 7.9");
    await workbench.goTo(1, 25);
    await workbench.page.keyboard.press("F12");
    await workbench.page.locator(".tab.active", { hasText: "people" }).waitFor();
    await expect.poll(status).toContain("Mail aliases");
    await workbench.page.locator(".squiggly-warning").first().waitFor();
    await workbench.goTo(2, 8);
    await workbench.command("Show or Focus Hover");
    const hover = workbench.page.locator(".monaco-hover:not(.hidden) .monaco-hover-content").first();
    await expect
      .poll(async () => (await hover.textContent())?.replaceAll("\u00a0", " "))
      .toContain("of the action 'in'");
    await workbench.page.keyboard.press("Escape");
    await workbench.page.keyboard.press("F12");
    await expect.poll(status).toContain("Ln 4, Col 1");
  });

  test("offers users while one types", async () => {
    await workbench.page.keyboard.press("Control+End");
    const list = workbench.page.locator(".suggest-widget.visible .monaco-list-row");
    const labels = () => list.evaluateAll((rows) => rows.map((row) => row.ariaLabel?.split(",")[0]));
    await workbench.page.keyboard.type("www:");
    await expect.poll(labels).toEqual(["joe", "root", "zoe"]);
    await workbench.page.keyboard.type(" z");
    await expect.poll(labels).toEqual(["zoe"]);
    await workbench.page.keyboard.press("Enter");
    await expect.poll(async () => (await workbench.text())[4]).toBe("www: zoe");
  });

  test("is left alone if nothing reads it, or somebody has chosen its language", async () => {
    await open("notes");
    await expect.poll(status).toContain("Plain Text");
    await open("people");
    await workbench.command("Change Language Mode");
    await workbench.page.keyboard.type("Plain Text");
    await workbench.page.locator(".quick-input-list .monaco-list-row", { hasText: "Plain Text" }).first().waitFor();
    await workbench.page.keyboard.press("Enter");
    await expect.poll(status).toContain("Plain Text");
    for (const name of ["notes", "people"]) {
      await open(name);
      // Longer than it takes to ask the server.
      await workbench.page.waitForTimeout(1500);
      expect(await status()).toContain("Plain Text");
    }
  });

  test("nothing of ours has failed", () => {
    expect(workbench.errors.filter((message) => /smtpdlint/i.test(message))).toEqual([]);
  });
});

describe.skipIf(!existsSync(chromiumPath))("policy tests", () => {
  const conf = `table aliases file:/etc/mail/aliases
listen on 192.0.2.25
action in mbox alias <aliases>
action out relay
match from any for domain example.org action in
match from local for any action out
`;
  const tests = `config smtpd.conf
root fs
users { alice, bob }
hostname mx.example.org

"mail from outside"
to info@example.org => local alice
to bob@example.org => local alice
to x@elsewhere.example =>
`;
  let workbench: Workbench;
  beforeAll(async () => {
    const files = {
      "/etc/mail/smtpd.conf": conf,
      "/etc/mail/smtpd.test": tests,
      "/etc/mail/fs/etc/mail/aliases": "info: alice\n",
    };
    workbench = await Workbench.open(files, {}, "smtpd.test");
  });
  afterAll(() => workbench?.close());
  const lenses = (text: string) => workbench.page.locator(".codelens-decoration a", { hasText: text });

  test("the one that fails is underlined, and what was run is counted", async () => {
    await workbench.page.locator(".squiggly-error").first().waitFor();
    await lenses("run 3 tests: 1 passed, 1 failed, 1 without an expectation").first().waitFor();
    expect(await workbench.page.locator(".squiggly-error").count()).toBe(1);
    // Nor does an arrow look like a bracket that nobody has opened.
    expect(await workbench.page.locator(".unexpected-closing-bracket").count()).toBe(0);
  });

  test("help shows the way of the message", async () => {
    await workbench.goTo(8, 21);
    await workbench.command("Show or Focus Hover");
    const hover = workbench.page.locator(".monaco-hover:not(.hidden) .monaco-hover-content").first();
    await expect
      .poll(async () => (await hover.textContent())?.replaceAll("\u00a0", " "))
      .toContain("rule 1, line 5: yes");
    await workbench.page.keyboard.press("Escape");
  });

  test("names of the configuration are offered", async () => {
    await workbench.goTo(8, 34);
    await workbench.page.keyboard.type(" action ");
    await workbench.page.keyboard.press("Control+Space");
    const list = workbench.page.locator(".suggest-widget .monaco-list-row");
    await expect
      .poll(() => list.evaluateAll((rows) => rows.map((row) => row.ariaLabel?.split(",")[0])))
      .toEqual(expect.arrayContaining(["in", "out"]));
    await workbench.page.keyboard.press("Escape");
    for (let typed = 0; typed < 8; typed++) await workbench.page.keyboard.press("Backspace");
    await expect.poll(async () => (await workbench.text())[7]).toBe("to bob@example.org => local alice");
  });

  test("what happens now is written where nothing is expected", async () => {
    await workbench.goTo(9, 5);
    await workbench.page.keyboard.press("Control+.");
    await workbench.page.locator(".action-widget .action", { hasText: "Expect what happens now: reject" }).waitFor();
    await workbench.page.keyboard.press("Enter");
    await expect.poll(async () => (await workbench.text())[8]).toMatch(/=> reject 550 "Invalid recipient" at rcpt-to$/);
    await lenses("run 3 tests: 2 passed, 1 failed").first().waitFor();
  });

  test("the view of tests has them, and shows what came of a run", async () => {
    await lenses("run 3 tests").last().click();
    // The editor shows the failure by itself, and takes the focus for that.
    await workbench.page.locator(".peekview-title", { hasText: "expected local alice" }).waitFor();
    await workbench.page.locator(".activitybar .action-label[aria-label^='Testing']").click();
    const rows = workbench.page.locator(".test-explorer .monaco-list-row");
    const labels = async () => (await rows.evaluateAll((all) => all.map((row) => row.ariaLabel ?? ""))).join("\n");
    await expect.poll(labels).toMatch(/smtpd\.test \(Failed\)/);
    await expect.poll(labels).toMatch(/mail from outside \(Failed\)/);
    if (process.env.SMTPDLINT_SCREENSHOTS) await workbench.page.screenshot({ path: join(pictures, "tests.png") });
  });

  test("a setting leads to the configuration, where a rule without a test gets one", async () => {
    await workbench.page.locator(".peekview-actions .codicon-close").click();
    await workbench.page.locator(".peekview-title").waitFor({ state: "detached" });
    await workbench.page.locator(".view-line", { hasText: "hostname" }).click();
    await workbench.goTo(1, 10);
    await workbench.page.keyboard.press("F12");
    await workbench.page.locator(".tab.active", { hasText: "smtpd.conf" }).waitFor();
    await lenses("1 test").waitFor();
    await lenses("no test: write one").first().click();
    await workbench.page.locator(".tab.active", { hasText: "smtpd.test" }).waitFor();
    const added = "from local to postmaster@elsewhere.example => relay action out";
    await expect.poll(async () => (await workbench.text()).join("\n")).toContain(added);
    await lenses("run 4 tests: 3 passed, 1 failed").first().waitFor();
  });

  test("nothing of ours has failed", () => {
    expect(workbench.errors.filter((message) => /smtpdlint/i.test(message))).toEqual([]);
  });
});

describe.skipIf(!existsSync(chromiumPath))("its own settings", () => {
  let workbench: Workbench;

  beforeAll(async () => {
    const files = {
      "/etc/mail/smtpd.conf": "table t { a }\nlisten on lo\nmatch from any reject\n",
      "/etc/mail/.smtpdlintrc.json": '{\n  "extends": "none.json",\n  "targt": "7.7"\n}\n',
    };
    workbench = await Workbench.open(files, { "editor.autoClosingBrackets": "never" });
  });
  afterAll(() => workbench?.close());

  const problems = async () => {
    const rows = await workbench.page.locator(".markers-panel .monaco-list-row").allTextContents();
    return rows.map((row) => row.replaceAll("\u00a0", " "));
  };

  test("have their mistakes in the file, each once, whoever finds it", async () => {
    await workbench.command("Problems: Focus on Problems View");
    // Nobody else reads a file that is not open.
    await expect
      .poll(problems)
      .toEqual(
        expect.arrayContaining([
          expect.stringContaining("extends: no such file"),
          expect.stringContaining("unknown key 'targt'"),
        ]),
      );
    await workbench.page.locator(".markers-panel .monaco-list-row", { hasText: "no such file" }).dblclick();
    await workbench.page.locator(".tab.active", { hasText: ".smtpdlintrc.json" }).waitFor();
    // Now the editor checks it by the schema.
    await expect
      .poll(async () => (await problems()).filter((row) => row.includes("targt")))
      .toEqual([expect.stringContaining("Property targt is not allowed")]);
    expect((await problems()).filter((row) => row.includes("no such file"))).toHaveLength(1);
  });

  test("count before they are saved", async () => {
    const isUnused = async () => (await problems()).filter((row) => row.includes("unused-table")).length;
    await expect.poll(isUnused).toBe(1);
    await workbench.command("View: Focus Active Editor Group");
    await workbench.page.keyboard.press("Control+a");
    await workbench.page.keyboard.press("Delete");
    await workbench.page.keyboard.insertText('{ "rules": { "unused-table": "off" } }');
    await expect.poll(isUnused).toBe(0);
    const missing = async () => (await problems()).filter((row) => row.includes("no such file"));
    await expect.poll(missing).toEqual([]);
    expect(workbench.errors.filter((message) => /smtpdlint/i.test(message))).toEqual([]);
  });
});
