import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Frame } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { Client } from "../server/client.ts";
import { contrastInText } from "./contrast.ts";
import { chromiumPath, Workbench } from "./workbench.ts";

/**
 * What a change does to mail, on a page in VS Code. Its build for the web knows
 * no git: there the page of the built server, which has compared a repository,
 * is the answer. `SMTPDLINT_SHOTS` names a folder for pictures of it.
 */
const built = (name: string) => fileURLToPath(new URL(`../../packages/${name}`, import.meta.url));
const { folder, file } = temporaryFolder("vscode-differences");

const committed = `table domains { example.org }
listen on 192.0.2.25
action "in" mbox
action "out" relay
match from any for domain <domains> action "in"
match from local for any action "out"
`;
const changed = committed.replace("from local", 'from any mail-from "@example.com"');

/** The page of the built server, with links into the editor's workspace. */
async function differencesPage(): Promise<object> {
  const conf = file("smtpd.conf", committed);
  for (const args of [
    ["init", "--quiet"],
    ["add", "."],
    ["commit", "--quiet", "--message", "x"],
  ]) {
    const { status, stderr } = spawnSync("git", ["-C", folder, "-c", "user.name=x", "-c", "user.email=x@x", ...args]);
    expect(status, String(stderr)).toBe(0);
  }
  writeFileSync(conf, changed);
  const server = [built("server/dist/server.js"), "--stdio"];
  const client = await Client.start(server, { folder: pathToFileURL(folder).href });
  const uri = pathToFileURL(conf).href;
  await client.open(uri, changed);
  const asked = { command: "smtpdlint.showDifferences", arguments: [uri] };
  const page = await client.connection.sendRequest<object>("smtpdlint/page", asked);
  await client.stop();
  return JSON.parse(JSON.stringify(page).replaceAll(pathToFileURL(folder).href, "memfs:/etc/mail"));
}

/** Answers for the server when it is asked for the differences. */
const answering = (page: object) => `self.addEventListener("message", (event) => {
  const { id, method, params } = event.data;
  if (method !== "smtpdlint/page" || params.command !== "smtpdlint.showDifferences") return;
  event.stopImmediatePropagation();
  self.postMessage({ jsonrpc: "2.0", id, result: ${JSON.stringify(page)} });
});
`;

describe.skipIf(!existsSync(chromiumPath))("the page of differences in VS Code for the web", () => {
  let workbench: Workbench;
  beforeAll(async () => {
    const script = readFileSync(built("vscode/dist/server.js"), "utf8");
    workbench = await Workbench.open({ "/etc/mail/smtpd.conf": changed }, {}, "smtpd.conf", {
      "/smtpdlint/dist/server.js": answering(await differencesPage()) + script,
    });
    await workbench.page.locator(".squiggly-warning, .squiggly-info").first().waitFor();
    await workbench.command("Show the Differences, as on a Desktop");
  });
  afterAll(() => workbench?.close());

  const shown = () => workbench.frameWith("h2 code:text-is('refused → relayed')");
  const picture = async (name: string) => {
    const to = process.env.SMTPDLINT_SHOTS;
    if (to) await workbench.page.screenshot({ path: join(to, `differences-${name}.png`) });
  };

  test("says what has changed, and leads to the lines of today", async () => {
    const frame = await shown();
    expect(await frame.locator("h1").textContent()).toContain("to HEAD in what becomes of mail");
    // What was there has no file to go to.
    expect(await frame.locator("a", { hasText: "HEAD:" }).count()).toBe(0);
    await frame.locator("a", { hasText: "smtpd.conf:6" }).first().click();
    await expect.poll(() => workbench.page.locator(".statusbar").textContent()).toContain("Ln 6, Col 1");
    // Asked for again, it is the same page.
    await workbench.command("Show the Differences, as on a Desktop");
    await shown();
    expect(await workbench.page.locator(".tab", { hasText: "differences of smtpd.conf" }).count()).toBe(1);
  });

  // WCAG 2.2: 4.5 (AA), or 7 (AAA) for who has chosen high contrast.
  const themes = [
    { theme: "Light High Contrast", kind: "vscode-high-contrast-light", least: 7 },
    { theme: "Dark High Contrast", kind: "vscode-high-contrast:not(.vscode-high-contrast-light)", least: 7 },
    { theme: "Dark Modern", kind: "vscode-dark", least: 4.5 },
    { theme: "Light Modern", kind: "vscode-light", least: 4.5 },
  ];
  test.each(themes)("its words and links can be told from their ground: $theme", async ({ theme, kind, least }) => {
    await workbench.command(`Use the Theme ${theme}`);
    const frame = await shown();
    await frame.locator(`body.${kind}`).waitFor();
    await picture(theme.replaceAll(" ", "-"));
    await canBeTold(frame, least);
  });

  test.each(["light", "dark"] as const)("and with the reader's own colours: %s", async (colorScheme) => {
    await workbench.page.emulateMedia({ forcedColors: "none" });
    await workbench.command(`Use the Theme ${colorScheme === "light" ? "Light" : "Dark"} High Contrast`);
    const frame = await shown();
    await frame.locator("body.vscode-high-contrast").waitFor();
    await workbench.page.emulateMedia({ forcedColors: "active", colorScheme });
    await picture(`forced-${colorScheme}`);
    await canBeTold(frame, 7);
  });

  async function canBeTold(frame: Frame, least: number): Promise<void> {
    expect(await frame.evaluate(contrastInText)).toBeGreaterThanOrEqual(least);
    const styleOf = (selector: string, property: string) =>
      frame.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`);
    expect(await styleOf("a", "textDecorationLine")).toBe("underline");
    // With high contrast the ground is one: what is code is so by its letters.
    if (least === 7) expect(await styleOf("li code", "backgroundColor")).toMatch(/, 0\)$/);
  }

  test("nothing of ours has failed", () => {
    expect(workbench.errors.filter((message) => /smtpdlint/i.test(message))).toEqual([]);
  });
});
