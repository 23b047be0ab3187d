import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle } from "../helpers/bundle.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { chromiumPath } from "../vscode/workbench.ts";

/** The page that the bundle writes, whose script has been made short with everything else. */
const { folder } = temporaryFolder("flow-page");
const output = `${folder}/flow.html`;

describe.skipIf(!existsSync(chromiumPath))("the page of graph --format html", () => {
  let browser: Browser;
  beforeAll(async () => {
    const conf = fileURLToPath(new URL("example.conf", import.meta.url));
    const { status, stderr } = spawnSync(
      process.execPath,
      [bundle, "graph", conf, "--format", "html", "--output", output],
      { encoding: "utf8" },
    );
    expect([status, stderr]).toEqual([0, ""]);
    browser = await chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", "--disable-gpu"] });
  });
  afterAll(() => browser?.close());

  const errors: string[] = [];
  async function open(options: BrowserContextOptions): Promise<Page> {
    errors.length = 0;
    const page = await browser.newPage(options);
    page.setDefaultTimeout(120_000);
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => errors.push(message.text()));
    await page.goto(pathToFileURL(output).href);
    return page;
  }
  const part = (page: Page) =>
    page.evaluate(`(() => {
      const { width, viewBox } = document.querySelector("svg");
      return Math.round(100 * width.baseVal.value / viewBox.baseVal.width);
    })()`);
  const edges = (page: Page) =>
    page.evaluate(`["more-before", "more-after"].filter((name) => document.querySelector(".frame." + name))`);
  /** How wide the sign at an edge is, in pixels: none without a sign. */
  const signs = (page: Page) =>
    page.evaluate(`["::before", "::after"].map((pseudo) => {
      const style = getComputedStyle(document.querySelector(".frame"), pseudo);
      return style.content === "none" ? "none" : style.borderLeftWidth + " " + style.borderRightWidth;
    })`);

  test.each([
    { room: "more than enough", width: 1900, part: 100, marked: [], shown: ["none", "none"] },
    { room: "a little less", width: 1300, part: 85, marked: [], shown: ["none", "none"] },
    { room: "too little to read it", width: 800, part: 75, marked: ["more-after"], shown: ["none", "0px 2px"] },
    { room: "that of a telephone", width: 390, part: 75, marked: ["more-after"], shown: ["none", "0px 2px"] },
  ])("with $room, the picture is $part % of its size", async ({ width, part: expected, marked, shown }) => {
    const page = await open({ viewport: { width, height: 600 } });
    await expect.poll(() => part(page)).toBe(expected);
    expect(await edges(page)).toEqual(marked);
    expect(await signs(page)).toEqual(shown);
    // The page itself stays where it is.
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    expect(errors).toEqual([]);
    await page.close();
  });

  test("keys and buttons scroll it and change its size", async () => {
    const page = await open({ viewport: { width: 800, height: 600 } });
    const region = page.getByRole("region", { name: "picture of the mail flow" });
    await region.press("End");
    await expect.poll(() => edges(page)).toEqual(["more-after"]);
    for (const [press, marked] of [
      [() => region.press("ArrowRight"), ["more-before", "more-after"]],
      [() => page.evaluate("document.querySelector('.picture').scrollTo(10_000, 0)"), ["more-before"]],
      [() => page.getByRole("button", { name: "the whole picture" }).click(), []],
      [() => region.press("Control++"), []],
      [() => page.getByRole("button", { name: "larger" }).click(), ["more-after"]],
      [() => region.press("-"), []],
      [() => region.press("-"), []],
    ] as const) {
      await press();
      await expect.poll(() => edges(page)).toEqual(marked);
    }
    const whole = await part(page);
    await region.press("+");
    expect(await part(page)).toBeGreaterThan(Number(whole));
    await region.press("0");
    expect(await part(page)).toBe(whole);
    await page.setViewportSize({ width: 1900, height: 600 });
    // Who has chosen a size keeps it.
    await expect.poll(() => part(page)).toBe(whole);
    expect(errors).toEqual([]);
    await page.close();
  });

  test.each([
    { colorScheme: "light" },
    { colorScheme: "dark" },
    { colorScheme: "dark", forcedColors: "active" },
  ] as const)("the sign at the edge can be told from the ground: $colorScheme, $forcedColors", async (colours) => {
    const page = await open({ viewport: { width: 600, height: 600 }, ...colours });
    const [sign, ground] = (await page.evaluate(`[
      getComputedStyle(document.querySelector(".frame"), "::after").borderRightColor,
      getComputedStyle(document.body).backgroundColor,
    ]`)) as [string, string];
    const luminance = (colour: string) => {
      const [red = 0, green = 0, blue = 0] = [...colour.matchAll(/\d+/g)]
        .map(([value]) => Number(value) / 255)
        .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const [less = 0, more = 0] = [luminance(sign), luminance(ground)].sort((a, b) => a - b);
    expect((more + 0.05) / (less + 0.05)).toBeGreaterThan(3);
    await page.close();
  });

  test("what is pointed at shows its ways, and nothing else", async () => {
    const page = await open({ viewport: { width: 1900, height: 800 } });
    const lit = () => page.locator("svg.chosen .node.lit .title").allTextContents();
    await page.locator(".node", { hasText: "refused" }).hover();
    await expect.poll(lit).toEqual(expect.arrayContaining(["egress port 25", "rule 4", "refused"]));
    await page.locator(".node", { hasText: "rule 5" }).hover();
    await expect.poll(lit).toEqual(["rule 5"]);
    await page.close();
  });
});
