import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { foreignRefusal } from "@smtpdlint/migrate";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { serve } from "../helpers/static-server.ts";
import { chromiumPath } from "../vscode/workbench.ts";
import { buildSite, dist } from "./build-site.ts";

/** The site as it is built: its links, and its pages and the playground in Chromium. */
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

beforeAll(buildSite);

describe("the files", () => {
  const pages = () => readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".html"));

  test("each rule has a page", () => {
    expect(pages().filter((name) => name.startsWith("rules/")).length).toBeGreaterThan(200);
  });

  test("links and their anchors lead somewhere", () => {
    const ids = new Map<string, ReadonlySet<string>>();
    const idsOf = (path: string) => {
      let found = ids.get(path);
      if (!found) {
        found = new Set(
          [...readFileSync(join(dist, path), "utf8").matchAll(/ id="([^"]+)"/g)].map(([, id = ""]) => id),
        );
        ids.set(path, found);
      }
      return found;
    };
    const wrong = pages().flatMap((page) => {
      const text = readFileSync(join(dist, page), "utf8");
      const links = [...text.matchAll(/<a [^>]*?href="([^"]+)"/g)].map(([, link = ""]) =>
        link.replaceAll("&amp;", "&"),
      );
      return links
        .filter((link) => !/^[a-z]+:/.test(link))
        .filter((link) => {
          const [path = "", anchor] = link.split("#");
          const resolved = path === "" ? page : posix.join(path.startsWith("/") ? "" : posix.dirname(page), path);
          const name = resolved.replace(/^\//, "").replace(/(^|\/)$/, "$1index.html");
          if (!existsSync(join(dist, name))) return true;
          const isFragment = anchor === undefined || anchor === "" || name === "playground/index.html";
          return !isFragment && !idsOf(name).has(decodeURIComponent(anchor));
        })
        .map((link) => `${page}: ${link}`);
    });
    expect([...new Set(wrong)]).toEqual([]);
  });

  test("the workflow builds it, and publishes the folder", () => {
    const root = new URL("../../", import.meta.url);
    const { jobs } = parse(readFileSync(new URL(".github/workflows/site.yml", root), "utf8")) as {
      jobs: Record<string, { steps: { run?: string; uses?: string; with?: { path?: string } }[] }>;
    };
    const { scripts } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
    const steps = jobs.build?.steps ?? [];
    expect(steps.some(({ run }) => run === "npm run --silent site")).toBe(true);
    expect(scripts.site).toContain("--workspace packages/site");
    const upload = steps.find(({ uses }) => uses?.startsWith("actions/upload-pages-artifact@"));
    expect(fileURLToPath(new URL(upload?.with?.path ?? "", root))).toBe(dist);
  });

  test("the licences of what is bundled are there", () => {
    const text = readFileSync(join(dist, "playground/THIRD-PARTY.md"), "utf8");
    for (const name of ["@codemirror/view", "chevrotain", "marked", "vscode-languageserver"])
      expect(text).toContain(`## ${name} `);
  });

  test("a page of the cookbook shows the way of the mail as a picture, and is named by its heading", () => {
    const page = readFileSync(join(dist, "cookbook/null-client.html"), "utf8");
    const [, picture = ""] = /<img src="\/([^"]+\.svg)" alt="The way of the mail"/.exec(page) ?? [];
    expect(readFileSync(join(dist, picture), "utf8")).toContain("smarthost.example.net");
    expect(page).not.toContain("flowchart LR");
    expect(page).toContain(">Virtual users in LDAP<");
  });

  test("what the playground loads before its first finding is less than 420 kB", () => {
    const folder = join(dist, "playground");
    const needed = new Set(["index.html", "style.css", "page.js", "worker.js"]);
    // A set also visits what is added meanwhile: what those import, and not what they load later.
    for (const name of needed) {
      for (const [, other = ""] of readFileSync(join(folder, name), "utf8").matchAll(/\bfrom\s*"\.\/([^"]+)"/g))
        needed.add(other);
    }
    const sizes = [...needed].map((name) => gzipSync(readFileSync(join(folder, name)), { level: 9 }).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(420_000);
  });
});

describe.skipIf(!existsSync(chromiumPath))("in Chromium", () => {
  let server: Server;
  let origin: string;
  let browser: Browser;
  /** Requests to others, and what the console complains of. */
  const faults: string[] = [];

  beforeAll(async () => {
    ({ server, origin } = await serve({ "": dist }));
    browser = await chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", "--disable-gpu"] });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  async function open(path: string, options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> {
    const page = await browser.newPage(options);
    page.setDefaultTimeout(120_000);
    page.on("request", (request) => {
      if (!request.url().startsWith(`${origin}/`) && !/^(?:data|blob):/.test(request.url())) faults.push(request.url());
    });
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text());
    });
    await page.goto(`${origin}/${path}`);
    return page;
  }

  /** What is not accessible, as axe-core sees it. */
  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axe);
    const { violations: found } = (await page.evaluate("axe.run()")) as {
      violations: { id: string; nodes: { target: string[] }[] }[];
    };
    return found.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
  }

  const lines = (page: Page) => page.locator("#editors .cm-line").allTextContents();
  const pane = (page: Page, name: string) => page.getByRole("tab", { name }).click();
  const errors = (page: Page) => page.locator("#editors .cm-lintRange-error");

  test("a rule is searched for from the start page, and its example tried", async () => {
    const page = await open("index.html");
    await page.getByText("configuration OK", { exact: true }).waitFor();
    await page.locator(".language-console", { hasText: "open relay" }).waitFor();
    await page.locator(".DocSearch-Button").click();
    await page.locator(".VPLocalSearchBox input").fill("open-relay");
    await page.locator(".VPLocalSearchBox .result", { hasText: "open-relay" }).first().click();
    await page.waitForURL(/open-relay/);
    await page.goto(`${origin}/rules/match/open-relay.html`);
    await page.locator(".example.bad a.try").first().click();
    await page.waitForURL(/playground\/index\.html#1/);
    await page.locator("#editors .cm-lintRange-warning").first().waitFor();
    expect(await lines(page)).toContain('match from any for any action "out"');
    await page.getByRole("button", { name: "trace this message" }).first().click();
    await expect.poll(() => page.locator("#trace-answer").textContent()).toContain("rule 1, line 3: yes");
    await page.close();
  });

  test("a message of smtpd is searched for", async () => {
    const page = await open("index.html");
    await page.locator(".DocSearch-Button").click();
    await page.locator(".VPLocalSearchBox input").fill("no such dispatcher");
    await page.locator(".VPLocalSearchBox .result", { hasText: "no such dispatcher: NAME" }).first().click();
    await page.waitForURL(/smtpd-says/);
    await page.getByRole("heading", { name: "no such dispatcher: NAME" }).waitFor();
    await page.close();
  });

  test("a word has its help, without what a text could smuggle in", async () => {
    const page = await open("playground/index.html");
    await errors(page).first().waitFor();
    await page.locator("#editors .token-keyword", { hasText: "maildir" }).hover();
    const help = page.locator(".cm-tooltip-hover .cm-lsp-documentation");
    await help.locator("code").first().waitFor();
    expect(await help.textContent()).toContain("maildir");
    await page.getByRole("textbox", { name: "text of smtpd.conf" }).press("Control+Home");
    await page.keyboard.type('macro = "<img src=x onerror=alert(1)>"\n$macro');
    await page.locator(".cm-tooltip-autocomplete").waitFor();
    await page.keyboard.press("Escape");
    await page.mouse.move(0, 0);
    await page.locator("#editors .token-macro").last().hover();
    await page.locator(".cm-tooltip-hover", { hasText: "onerror" }).waitFor();
    expect(await page.locator("img[src='x']").count()).toBe(0);
    await page.close();
  });

  test("a fix is applied, and undone by the keyboard", async () => {
    const page = await open("playground/index.html");
    await errors(page).first().waitFor();
    await expect.poll(() => errors(page).count()).toBe(3);
    await page.getByRole("button", { name: "Change to 'port'", exact: true }).click();
    await expect.poll(() => lines(page)).toContain("listen on 0.0.0.0 port 25");
    await expect.poll(() => errors(page).count()).toBe(2);
    await page.getByRole("textbox", { name: "text of smtpd.conf" }).press("Control+z");
    await expect.poll(() => lines(page)).toContain("listen on 0.0.0.0 prot 25");
    await expect.poll(() => errors(page).count()).toBe(3);
    await page.close();
  });

  test("Ctrl+. leads to the fix of the line, Enter applies it", async () => {
    const page = await open("playground/index.html");
    await page.getByRole("button", { name: "Change to 'mask-src'", exact: true }).waitFor();
    await page.locator("#editors .cm-line", { hasText: "mask-source" }).click();
    await page.keyboard.press("Control+.");
    await page.keyboard.press("Enter");
    await expect.poll(() => lines(page)).toContain("listen on 0.0.0.0 port 2525 mask-src");
    await page.close();
  });

  test("what is typed is completed, and a reload loses nothing", async () => {
    const page = await open("playground/index.html");
    await errors(page).first().waitFor();
    await page.getByRole("textbox", { name: "text of smtpd.conf" }).press("Control+End");
    await page.keyboard.type("match for local action ");
    await page.keyboard.press("Control+Space");
    const option = page.locator(".cm-tooltip-autocomplete li", { hasText: "outbound" });
    await option.first().waitFor();
    await option.first().click();
    const written = expect.poll(() => lines(page));
    await written.toContainEqual(expect.stringMatching(/^match for local action "?outbound"?$/));
    await expect
      .poll(() => page.evaluate('sessionStorage.getItem("smtpdlint-playground")'))
      .toMatch(/match for local action/);
    await page.reload();
    await expect.poll(() => lines(page)).toContainEqual(expect.stringMatching(/^match for local action "?outbound"?$/));
    await page.close();
  });

  test("a message is traced by the form, and a line of the trace leads to the file", async () => {
    const page = await open("playground/index.html");
    await page.getByLabel("Example").selectOption("A message that is refused");
    const answer = page.locator("#trace-answer");
    await expect.poll(() => answer.textContent()).toContain("550 Invalid recipient: <someone@example.net>");
    await page.getByLabel("to", { exact: true }).fill("joe@example.org");
    await expect.poll(() => answer.textContent()).toContain("rule 1, line 7: yes");
    await page.locator("#witnesses button", { hasText: "elsewhere.example" }).click();
    await expect.poll(() => answer.textContent()).toContain("rule 2, line 8: yes");
    await answer.getByRole("button", { name: "line 8" }).click();
    await expect
      .poll(() => page.locator("#editors .cm-activeLine").textContent())
      .toBe("match for any action outbound");
    await page.close();
  });

  test("the form begins with a message that the configuration knows, until somebody chooses one", async () => {
    const page = await open("playground/index.html");
    await errors(page).first().waitFor();
    const text = page.getByRole("textbox", { name: "text of smtpd.conf" });
    const write = async (domain: string) => {
      await text.press("Control+a");
      const conf = `listen on 192.0.2.1\naction in mbox\nmatch from any for domain ${domain} action in`;
      await page.keyboard.insertText(conf);
    };
    const to = page.getByLabel("to", { exact: true });
    await write("a.example");
    await pane(page, "Trace");
    await expect.poll(() => to.inputValue()).toBe("postmaster@a.example");
    expect(await page.getByLabel("from client").inputValue()).toBe("outside");
    await expect.poll(() => page.locator("#trace-answer").textContent()).toContain("rule 1, line 3: yes");
    await write("b.example");
    await expect.poll(() => to.inputValue()).toBe("postmaster@b.example");
    // What is suggested is nothing to keep.
    await page.reload();
    await expect.poll(() => to.inputValue()).toBe("postmaster@b.example");
    await to.fill("joe@b.example");
    await write("c.example");
    await expect.poll(() => page.locator("#trace-answer").textContent()).toContain("rule 1, line 3: no");
    expect(await to.inputValue()).toBe("joe@b.example");
    await page.close();
  });

  test("the target decides what is found", async () => {
    const page = await open("playground/index.html");
    await errors(page).first().waitFor();
    await page.getByLabel("OpenSMTPD").selectOption("6.4");
    await page.getByRole("textbox", { name: "text of smtpd.conf" }).press("Control+End");
    await page.keyboard.type("admd example.org");
    await page.locator(".findings", { hasText: "admd" }).waitFor();
    await page.getByLabel("OpenSMTPD").selectOption("7.9");
    await page.locator(".findings li", { hasText: "admd" }).waitFor({ state: "detached" });
    await page.close();
  });

  test("tests run with the tables of other tabs, and follow their edits", async () => {
    const page = await open("playground/index.html");
    await page.getByLabel("Example").selectOption("A mail exchanger, with tests");
    const answer = page.locator("#tests-answer");
    await expect.poll(() => answer.textContent()).toContain("4 passed");
    expect(await errors(page).count()).toBe(0);
    await page.getByRole("tab", { name: "aliases" }).click();
    await page.locator("#editors .cm-line", { hasText: "info: alice, bob" }).click();
    await page.keyboard.press("End");
    for (let typed = 0; typed < ", bob".length; typed++) await page.keyboard.press("Backspace");
    await expect.poll(() => answer.textContent()).toContain("3 passed, 1 failed");
    await page.getByRole("tab", { name: "smtpd.test" }).click();
    await errors(page).first().waitFor();
    await page.close();
  });

  test("a change is compared, and its witness traced", async () => {
    const page = await open("playground/index.html");
    await page.getByLabel("Example").selectOption("A change that does too much");
    const answer = page.locator("#diff-answer");
    await expect.poll(() => answer.textContent()).toContain("newly relayed for outsiders");
    await answer.locator(".chip").first().click();
    await expect.poll(() => page.locator("#trace-answer").textContent()).toContain("relayed");
    await pane(page, "Diff");
    await page.getByRole("button", { name: "take the file as it is" }).click();
    await expect.poll(() => answer.textContent()).toContain("equal for all messages: proved");
    await page.close();
  });

  test("a file from before 6.4 is translated and compared, and taken over by the keyboard", async () => {
    const page = await open("playground/index.html");
    await page.getByLabel("Example").selectOption("A file from before 6.4");
    const answer = page.locator("#migrate-answer");
    await expect.poll(() => answer.textContent()).toContain("Proved: all mail is treated as before, but for");
    await answer.locator("li", { hasText: "unverified-relay" }).getByRole("button", { name: "line 13" }).click();
    await expect
      .poll(() => page.locator("#legacy .cm-activeLine").textContent())
      .toMatch(/^accept for any relay via tls/);
    await page.getByRole("button", { name: "Use the result as smtpd.conf" }).press("Enter");
    await expect.poll(() => lines(page)).toContain('match from any for domain "example.org" action "local_maildir"');
    await page.locator("#legacy-status", { hasText: "smtpd.conf is the result now." }).waitFor();
    expect(await errors(page).count()).toBe(0);
    expect(await page.evaluate("document.activeElement.id")).toBe("legacy-take");
    // A reload loses nothing.
    await page.reload();
    await expect.poll(() => answer.textContent()).toContain("Proved");
    await page.close();
  });

  test("an example of the guide to migration opens with its translation", async () => {
    const page = await open("guides/migrate-from-before-6.4.html");
    await page.locator("a.try").first().click();
    await page.waitForURL(/playground\/index\.html#1/);
    await expect
      .poll(() => page.locator("#migrate-answer pre").textContent())
      .toContain('match from any for domain "example.org" action "local_mbox" # us');
    await page.close();
  });

  test("what cannot be translated is said, and a message shows a difference", async () => {
    const page = await open("playground/index.html");
    await pane(page, "Migrate");
    const old = page.getByRole("textbox", { name: "the configuration from before 6.4" });
    await old.click();
    await page.keyboard.insertText(
      "listen on eth0 tag X\naccept tagged x from any for domain example.org deliver to mbox\n",
    );
    const answer = page.locator("#migrate-answer");
    await expect.poll(() => answer.textContent()).toContain("for example from 203.0.113.25 to");
    await page.getByRole("button", { name: "Use the result as smtpd.conf" }).click();
    await answer.locator(".chip").click();
    await expect.poll(() => page.locator("#trace-answer").textContent()).toContain("rule 1, line 3: yes");
    await pane(page, "Migrate");
    await old.press("Control+End");
    await page.keyboard.insertText("accept for any relay via nothing://a\n");
    await expect.poll(() => answer.textContent()).toContain("Not translated: 1 line, left as comments.");
    await page.close();
  });

  test("a file of another program is named as what it is, and translated as soon as it is none", async () => {
    const page = await open("playground/index.html");
    await pane(page, "Migrate");
    const old = page.getByRole("textbox", { name: "the configuration from before 6.4" });
    const use = page.getByRole("button", { name: "Use the result as smtpd.conf" });
    const text = "myhostname = mx.example.org\nmydestination = $myhostname\nrelayhost =\nsmtpd_banner = hi\n";
    await old.click();
    await page.keyboard.insertText(text);
    const answer = page.locator("#migrate-answer");
    await expect.poll(() => answer.textContent()).toBe(foreignRefusal(text));
    expect(await use.isVisible()).toBe(false);
    expect(await violations(page)).toEqual([]);
    await old.press("Control+a");
    await page.keyboard.insertText("accept for any relay\n");
    await expect.poll(() => answer.textContent()).toContain("Proved: all mail is treated as before");
    expect(await use.isVisible()).toBe(true);
    await page.close();
  });

  test("the mail flow is drawn, whole or for one message", async () => {
    const page = await open("playground/index.html");
    await page.getByLabel("Example").selectOption("A mail exchanger, with tests");
    await pane(page, "Graph");
    const nodes = page.locator("#graph-answer .node");
    await nodes.first().waitFor();
    const all = await nodes.count();
    await page.getByLabel("only the way of the message in Trace").check();
    await expect.poll(() => nodes.count()).toBeLessThan(all);
    await page.close();
  });

  test("the picture is as large as it can be read, is made larger and smaller, and leads to the lines", async () => {
    const page = await open("playground/index.html", { viewport: { width: 1280, height: 720 } });
    await page.getByLabel("Example").selectOption("A mail exchanger, with tests");
    await pane(page, "Graph");
    await page.locator("#graph-answer .node").first().waitFor();
    const frame = page.locator("#graph-answer .frame");
    const region = page.getByRole("region", { name: "picture of the mail flow" });
    const width = () => page.evaluate("document.querySelector('#graph-answer svg').width.baseVal.value");
    const edges = async (...expected: string[]) =>
      expect.poll(async () => (await frame.getAttribute("class"))?.split(" ").sort()).toEqual(["frame", ...expected]);
    // Wider than the room: the edge says so, and the keys that scroll it show the rest.
    await edges("more-after");
    const readable = await width();
    await region.press("ArrowRight");
    await edges("more-after", "more-before");
    await page.getByRole("button", { name: "the whole picture" }).click();
    await edges();
    expect(await width()).toBeLessThan(Number(readable));
    await region.press("+");
    const larger = await width();
    await page.getByRole("button", { name: "smaller" }).click();
    expect(await width()).toBeLessThan(Number(larger));
    await page.getByRole("button", { name: "larger" }).click();
    // It keeps its size and where one is while somebody types.
    await region.press("ArrowRight");
    await edges("more-after", "more-before");
    const node = page.getByRole("link", { name: "rule 2" });
    await node.focus();
    await page.keyboard.press("Enter");
    await expect
      .poll(() => page.locator("#editors .cm-activeLine").textContent())
      .toBe('match for local action "deliver"');
    await page.keyboard.press("Home");
    await page.keyboard.type("# ");
    await page.locator("#graph-answer .node", { hasText: "rule 4" }).waitFor({ state: "detached" });
    expect(await width()).toBe(larger);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test.each(["light", "dark"] as const)("the picture has the colours of the page, %s", async (colorScheme) => {
    const page = await open("playground/index.html", { colorScheme });
    await page.getByLabel("Example").selectOption("A mail exchanger, with tests");
    await pane(page, "Graph");
    await page.locator("#graph-answer .node").first().waitFor();
    const colours = await page.evaluate(`[
      ["body", "backgroundColor", ".ground", "fill"],
      [".bar", "backgroundColor", ".node rect", "fill"],
      ["body", "color", ".node text", "fill"],
      [".privacy", "color", ".node rect", "stroke"],
    ].map(([ofPage, one, ofPicture, other]) => [
      getComputedStyle(document.querySelector(ofPage))[one],
      getComputedStyle(document.querySelector("#graph-answer " + ofPicture))[other],
    ])`);
    for (const [ofPage, ofPicture] of colours as [string, string][]) expect(ofPicture).toBe(ofPage);
    await page.close();
  });

  test("one file is shown, and a click anywhere below its text is in it", async () => {
    const page = await open("playground/index.html", { viewport: { width: 1280, height: 720 } });
    await page.getByLabel("Example").selectOption("A mail exchanger, with tests");
    await page.getByRole("tab", { name: "aliases" }).click();
    expect(await page.locator("#editors .cm-editor").count()).toBe(1);
    await page.mouse.click(300, 650);
    await page.keyboard.type("# mine");
    expect((await lines(page)).at(-1)).toBe("# mine");
    await page.getByRole("tab", { name: "smtpd.conf" }).click();
    await page.getByRole("tab", { name: "aliases" }).click();
    expect((await lines(page)).at(-1)).toBe("# mine");
    await page.close();
  });

  test("a link holds everything, and warns of secrets", async () => {
    const page = await open("playground/index.html");
    await page.getByLabel("Example").selectOption("What smtpd -n accepts");
    await expect.poll(() => lines(page)).toContain("listen on 0.0.0.0 port 2525 filter names");
    await page.getByLabel("OpenSMTPD").selectOption("7.5");
    await page.getByRole("button", { name: "Share" }).click();
    await page.locator("#share-secrets", { hasText: "password in smtpd.conf, line 8" }).waitFor();
    await page.getByRole("button", { name: "Replace them by asterisks" }).click();
    const link = await page.locator("#share-link").inputValue();
    expect(link).toMatch(/^http:\/\/localhost:\d+\/playground\/index\.html#1[\w-]+$/);
    expect(await violations(page)).toEqual([]);
    await page.close();

    const other = await open(link.slice(origin.length + 1));
    await expect.poll(() => lines(other)).toContainEqual(expect.stringContaining('"joe:******"'));
    expect(await other.getByLabel("OpenSMTPD").inputValue()).toBe("7.5");
    // What is written over the text of a link outlives a reload.
    await other.getByRole("textbox", { name: "text of smtpd.conf" }).press("Control+Home");
    await other.keyboard.type("# mine");
    await other.reload();
    await expect.poll(() => lines(other)).toContainEqual(expect.stringMatching(/^# mine/));
    await other.close();
  });

  test("the file is formatted", async () => {
    const page = await open("playground/index.html");
    await errors(page).first().waitFor();
    await page.getByRole("textbox", { name: "text of smtpd.conf" }).press("Control+End");
    await page.keyboard.type("match    for local   reject");
    await page.getByRole("button", { name: "Format" }).click();
    await expect.poll(() => lines(page)).toContain("match for local reject");
    await page.close();
  });

  test("a worker that does not start is said to be one", async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    await page.route("**/worker.js", (route) => route.abort());
    await page.goto(`${origin}/playground/index.html`);
    await page.locator("#findings", { hasText: "cannot be started" }).waitFor();
    await page.close();
  });

  test("a damaged link is said to be one", async () => {
    const page = await open("playground/index.html#1damaged");
    await expect.poll(() => page.locator("#notice").textContent()).toContain("The link is damaged");
    await page.close();
  });

  test("from an empty file to a mail server: its aliases, tests, and what a change does", async () => {
    const page = await open("playground/index.html");
    await page.getByLabel("Example").selectOption("An empty file");
    await expect.poll(() => lines(page)).toEqual([""]);
    await pane(page, "Diff");
    await page.locator("#diff-answer", { hasText: "There is nothing before yet" }).waitFor();
    await pane(page, "Trace");
    await page.locator("#trace-answer", { hasText: "there is no match rule" }).waitFor();
    expect(await page.getByText("A message for each rule").count()).toBe(0);
    await page.getByRole("tab", { name: "Findings" }).click();
    await page.getByRole("button", { name: "Begin with 'mail server'" }).click();

    // The dialog knows what the configuration reads; what is not confirmed is not added, whatever was the time before.
    const add = page.getByRole("button", { name: "add a file" });
    await add.click();
    await page.locator("#new-file").getByRole("button", { name: "aliases" }).click();
    await page.getByRole("tab", { name: "aliases" }).waitFor();
    await add.click();
    expect(await page.locator("#new-file .chip").count()).toBe(0);
    await page.getByLabel("Name").fill("other");
    await page.keyboard.press("Escape");
    expect(await page.getByRole("tab", { name: "other" }).count()).toBe(0);

    await pane(page, "Tests");
    await page.getByRole("button", { name: "Add smtpd.test" }).click();
    await page.locator("#tests-answer", { hasText: "5 passed" }).waitFor();
    expect(await lines(page)).toContain("assume filter rspamd proceed");

    await page.getByRole("tab", { name: "smtpd.conf" }).click();
    await pane(page, "Diff");
    await page.getByRole("button", { name: "take the file as it is" }).click();
    await page.locator("#editors .cm-line", { hasText: "match from auth" }).click();
    await page.keyboard.press("Home");
    await page.keyboard.type("# ");
    await page.locator("#diff-answer", { hasText: "newly refused" }).waitFor();
    // A finding shows its message.
    await page.getByRole("tab", { name: "Findings" }).click();
    await page
      .locator(".findings li", { hasText: "no-rule-for-users" })
      .first()
      .getByText("trace this message")
      .click();
    await page.locator("#trace-answer", { hasText: "refused" }).first().waitFor();
    expect(await page.locator("#message-auth").inputValue()).toBe("someone");
    await page.close();
  });

  test("what is suggested covers no tabs", async () => {
    const page = await open("playground/index.html", { viewport: { width: 1280, height: 720 } });
    await page.getByLabel("Example").selectOption("An empty file");
    // The server is there, and has said by which characters it wants to be asked.
    await page.locator("#findings li", { hasText: "no-rules" }).waitFor();
    await page.getByRole("textbox", { name: "text of smtpd.conf" }).click();
    await page.keyboard.type("listen ");
    await page.locator(".cm-tooltip-autocomplete").waitFor();
    await page.locator(".cm-lsp-signature-tooltip").waitFor();
    const tops = (await page.evaluate(
      "[...document.querySelectorAll('#editors .cm-tooltip')].map((one) => one.getBoundingClientRect().top)",
    )) as number[];
    const editor = await page.locator("#editors").boundingBox();
    expect(tops.length).toBeGreaterThan(1);
    for (const top of tops) expect(top).toBeGreaterThanOrEqual(editor?.y ?? 1000);
    await page.close();
  });

  test("a file is added by name, with its HTML as text", async () => {
    const page = await open("playground/index.html");
    await page.getByRole("button", { name: "add a file" }).click();
    await page.getByLabel("Name").fill("<img src=x onerror=alert(1)>.conf");
    await page.keyboard.press("Enter");
    await page.getByRole("tab", { name: "<img" }).waitFor();
    expect(await page.locator("img[src='x']").count()).toBe(0);
    await page.getByRole("button", { name: "remove <img" }).click();
    await page.getByRole("tab", { name: "<img" }).waitFor({ state: "detached" });
    await page.close();
  });

  const looks = {
    light: {},
    dark: { colorScheme: "dark" },
    phone: { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true },
  } as const;

  test.each(Object.entries(looks))("axe-core finds no violation: %s", async (_, options) => {
    const page = await open("index.html", options);
    const paths = [
      "index",
      "first-ten-minutes",
      "smtpd-says",
      "rules/index",
      "rules/match/open-relay",
      "commands/trace",
      "cookbook/mx",
    ];
    for (const path of paths) {
      await page.goto(`${origin}/${path}.html`);
      await page.locator("main h1").waitFor();
      // What comes in slowly is there.
      await page.waitForTimeout(300);
      expect(await violations(page), path).toEqual([]);
    }
    await page.goto(`${origin}/playground/index.html`);
    await page.locator(".findings .fix").first().waitFor();
    expect(await violations(page), "findings").toEqual([]);
    await page.getByLabel("Example").selectOption("A mail exchanger, with tests");
    for (const name of ["Tests", "Trace", "Diff", "Graph"]) {
      await pane(page, name);
      await page.locator(`#${name.toLowerCase()}-answer > *`).first().waitFor();
      expect(await violations(page), name).toEqual([]);
    }
    await pane(page, "Migrate");
    await page.getByText("Paste an smtpd.conf").waitFor();
    expect(await violations(page), "nothing to migrate").toEqual([]);
    await page.getByLabel("Example").selectOption("A file from before 6.4");
    await page.locator("#migrate-answer pre").waitFor();
    expect(await violations(page), "Migrate").toEqual([]);
    await page.close();
  });

  describe.each(["light", "dark"] as const)("with the reader's own colours, %s", (colorScheme) => {
    const options = { forcedColors: "active", colorScheme } as const;
    const styleOf = (page: Page, selector: string, property: string) =>
      page.evaluate(
        `getComputedStyle(document.querySelector(${JSON.stringify(selector)}))[${JSON.stringify(property)}]`,
      ) as Promise<string>;

    test("the picture of the mail flow has them, and its lines are told apart by their strokes", async () => {
      const page = await open("playground/index.html", options);
      await page.getByLabel("Example").selectOption("A mail exchanger, with tests");
      await pane(page, "Graph");
      await page.locator("#graph-answer .node").first().waitFor();
      const [ground, text] = [await styleOf(page, "body", "backgroundColor"), await styleOf(page, "body", "color")];
      expect(await styleOf(page, "#graph-answer .ground", "fill")).toBe(ground);
      expect(await styleOf(page, "#graph-answer .node rect", "fill")).toBe(ground);
      for (const [selector, property] of [
        [".node text", "fill"],
        [".node rect", "stroke"],
        [".edge", "stroke"],
        ["marker path", "fill"],
      ] as const)
        expect(await styleOf(page, `#graph-answer ${selector}`, property), selector).toBe(text);
      const strokes = (await page.evaluate(
        "[...document.querySelectorAll('#graph-answer .edge:not([data-from])')].map((line) => getComputedStyle(line).strokeDasharray)",
      )) as string[];
      expect(strokes.length).toBe(5);
      expect(new Set(strokes).size).toBe(5);
      await page.close();
    });

    test("what is chosen is seen", async () => {
      const page = await open("playground/index.html", options);
      await errors(page).first().waitFor();
      const tab = '#panes [role="tab"][aria-selected="true"]';
      expect(await styleOf(page, tab, "borderBottomStyle")).toBe("solid");
      await page.getByRole("textbox", { name: "text of smtpd.conf" }).press("Control+End");
      await page.keyboard.type("match for ");
      await page.keyboard.press("Control+Space");
      await page.locator(".cm-tooltip-autocomplete li[aria-selected]").waitFor();
      const option = (state: string) => styleOf(page, `.cm-tooltip-autocomplete li${state}`, "backgroundColor");
      expect(await option("[aria-selected]")).not.toBe(await option(":not([aria-selected])"));
      await page.close();
    });

    test("pages show code, icons and where one is", async () => {
      const page = await open("rules/match/open-relay.html", options);
      await page.locator("main h1").waitFor();
      const ground = await styleOf(page, "body", "backgroundColor");
      expect(await styleOf(page, ".DocSearch-Button .DocSearch-Search-Icon", "backgroundColor")).not.toBe(ground);
      expect(await styleOf(page, '.vp-doc [class*="language-"]', "outlineStyle")).toBe("solid");
      expect(await styleOf(page, ".VPSidebarItem.is-active .text", "textDecorationLine")).toBe("underline");
      await page.close();
    });
  });

  test("nothing was asked from another host, and the console is silent", () => {
    expect(faults).toEqual([]);
  });
});
