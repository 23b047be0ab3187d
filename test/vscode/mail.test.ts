import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Contrasts, contrastsInFlow } from "./contrast.ts";
import { chromiumPath, Workbench } from "./workbench.ts";

/**
 * What becomes of mail, shown in VS Code's build for the web.
 * `SMTPDLINT_SCREENSHOTS=1` writes the pictures of the marketplace's page anew.
 */
const conf = `table aliases { root = alice }
listen on 192.0.2.25
listen on lo
action "in" maildir alias <aliases>
action "out" relay
match from any for domain "example.org" action "in"
match from any for domain "example.org" reject
match from local for any action "out"
`;
const pictures = fileURLToPath(new URL("../../packages/vscode/images/screenshots", import.meta.url));
const folder = process.env.SMTPDLINT_SCREENSHOTS ? pictures : undefined;

describe.skipIf(!existsSync(chromiumPath))("what becomes of mail in VS Code for the web", () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.open({ "/etc/mail/smtpd.conf": conf });
    // By then the server answers.
    await workbench.page.locator(".squiggly-hint, .squiggly-warning, .squiggly-info").first().waitFor();
  });
  afterAll(() => workbench?.close());

  async function picture(name: string): Promise<void> {
    await workbench.page.waitForTimeout(300);
    if (folder) await workbench.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  test("hover on a match rule says who sends mail to it", async () => {
    // Beside it there is no room for all of it.
    await workbench.command("View: Toggle Primary Side Bar Visibility");
    await workbench.goTo(7, 2);
    await workbench.command("Show or Focus Hover");
    const hover = workbench.page.locator(".monaco-hover:not(.hidden) .monaco-hover-content").first();
    await expect
      .poll(async () => (await hover.textContent())?.replaceAll("\u00a0", " "))
      .toContain("rule 2 matches no mail");
    await picture("mail-hover");
    await workbench.page.keyboard.press("Escape");
  });

  test("a message that is described is traced, on a page with links", async () => {
    const input = workbench.page.locator(".quick-input-box input");
    // A rule at the cursor has a message of its own.
    await workbench.goTo(8, 1);
    await workbench.command("smtpdlint: Trace a Message");
    await expect.poll(() => input.inputValue()).toBe("from local to postmaster@elsewhere.example");
    await workbench.page.keyboard.press("Escape");
    await input.waitFor({ state: "hidden" });
    await workbench.goTo(1, 1);
    await workbench.command("smtpdlint: Trace a Message");
    // One that the first rule for a domain matches.
    await expect.poll(() => input.inputValue()).toBe("from outside to root@example.org");
    // What is typed replaces it, and is checked.
    await workbench.page.keyboard.type("form outside to alice@example.org");
    const problem = workbench.page.locator(".quick-input-message", { hasText: "did you mean 'from'?" });
    await problem.waitFor();
    await workbench.page.keyboard.press("Enter");
    expect(await input.isVisible()).toBe(true);
    await input.fill("from outside to alice@example.org");
    await problem.waitFor({ state: "detached" });
    await workbench.page.keyboard.press("Enter");
    const frame = await workbench.frameWith("h2 code:text-is('from outside to alice@example.org')");
    expect(await frame.locator("body").textContent()).toContain("local alice action in rule 1");
    await frame.locator("a", { hasText: "line 6" }).first().click();
    await expect.poll(() => workbench.page.locator(".statusbar").textContent()).toContain("Ln 6, Col 1");
  });

  test("the mail flow is drawn beside the file, follows it, and leads to its lines", async () => {
    await workbench.page.locator(".tab", { hasText: "smtpd.conf" }).first().click();
    // Over nothing that answers to it.
    await workbench.page.mouse.move(20, 400);
    await workbench.command("smtpdlint: Show the Mail Flow");
    const frame = await workbench.frameWith('.node[data-id="rule3"]');
    await frame.locator(".frame.more-after").waitFor();
    await picture("mail-flow");
    // A size that somebody has chosen stays when the picture is drawn anew.
    await frame.getByRole("button", { name: "the whole picture" }).click();
    await frame.locator(".frame:not(.more-after)").waitFor();
    const whole = await frame.locator("svg").getAttribute("width");
    await frame.locator('.node[data-id="rule3"]').click();
    await expect.poll(() => workbench.page.locator(".statusbar").textContent()).toContain("Ln 8, Col 1");
    // Behind the last line, where no suggestion can be taken by what is typed next.
    await workbench.goTo(9, 1);
    await workbench.page.keyboard.type("match from local for local reject");
    const next = await workbench.frameWith('.node[data-id="rule4"]');
    await expect.poll(() => next.locator("svg").getAttribute("width")).toBe(whole);

    // Closed and asked for again, it is there again.
    const tab = workbench.page.locator(".tab", { hasText: "mail flow" });
    await tab.hover();
    await tab.locator(".codicon-close").click();
    await tab.waitFor({ state: "detached" });
    await workbench.command("smtpdlint: Show the Mail Flow");
    await tab.waitFor();
    await workbench.frameWith('.node[data-id="rule4"]');
  });

  // WCAG 2.2: words 4.5 (AA), or 7 (AAA) for who has chosen high contrast; lines 3.
  test.each([
    { theme: "Light High Contrast", kind: "vscode-high-contrast-light", least: 7 },
    { theme: "Dark High Contrast", kind: "vscode-high-contrast:not(.vscode-high-contrast-light)", least: 7 },
    { theme: "Dark Modern", kind: "vscode-dark", least: 4.5 },
    { theme: "Light Modern", kind: "vscode-light", least: 4.5 },
  ])("the words and lines of the mail flow can be told from their ground: $theme", async ({ theme, kind, least }) => {
    await workbench.command(`Use the Theme ${theme}`);
    const frame = await workbench.frameWith('.node[data-id="rule4"]');
    await frame.locator(`body.${kind}`).waitFor();
    const { words, lines } = (await frame.evaluate(contrastsInFlow)) as Contrasts;
    expect(words).toBeGreaterThanOrEqual(least);
    expect(lines).toBeGreaterThanOrEqual(3);
  });

  test("why there is nothing to show is said in a message, and no page is opened for it", async () => {
    await workbench.page.locator(".tab", { hasText: "smtpd.conf" }).first().click();
    const tabs = workbench.page.locator(".tab");
    const before = await tabs.count();
    await workbench.goTo(1, 1);
    await workbench.page.keyboard.type("oops");
    await workbench.page.keyboard.press("Escape");
    await workbench.page.keyboard.press("Enter");
    await expect
      .poll(async () => (await workbench.text()).slice(0, 2))
      .toEqual(["oops", expect.stringMatching(/^table/)]);
    await workbench.page.locator(".squiggly-error").first().waitFor();
    await workbench.command("smtpdlint: Show the Mail Flow");
    const message = workbench.page.locator(".notification-toast", { hasText: "refuses this file: no statement" });
    await message.waitFor();
    expect(await tabs.count()).toBe(before);
  });

  test("nothing of ours has failed", () => {
    expect(workbench.errors.filter((message) => /smtpdlint/i.test(message))).toEqual([]);
  });
});
