import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { commands } from "../packages/cli/src/options.ts";
import { run } from "./cli/run.ts";
import { recipes } from "./helpers/recipes.ts";
import { temporaryFolder } from "./helpers/temporary-folder.ts";

/**
 * The pages of the documentation. Their commands are run with the last
 * configuration and files before them, and what they print stands there, as do
 * the files of the recipe that a page of the cookbook is about, and the picture
 * of it; `vitest -u docs.test` writes them.
 */
const folder = fileURLToPath(new URL("../docs/", import.meta.url));
const pages = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith(".md")).sort();
/** The pages for reference show the examples of the command line, as the README does: see `readme.test.ts`. */
const guides = pages.filter((name) => !/^(?:commands|reference)\//.test(name));

// An address that SRS has rewritten holds the day.
vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 10, 27) });

test("each recipe has a page in the cookbook", () => {
  const names = readdirSync(join(folder, "cookbook")).map((name) => basename(name, ".md"));
  expect(names.sort()).toEqual(["README", ...Object.keys(recipes)].sort());
  const index = readFileSync(join(folder, "cookbook/README.md"), "utf8");
  const listed = [...index.matchAll(/\]\(([\w-]+)\.md\) \| `([\w-]+)` \|$/gm)].map(([, page, recipe]) => [
    page,
    recipe,
  ]);
  expect(listed.sort()).toEqual(
    Object.keys(recipes)
      .map((name) => [name, name])
      .sort(),
  );
});

test("each command that a page, or the help of a finding, names is one", () => {
  const rules = fileURLToPath(new URL("../packages/lint/src/rules/", import.meta.url));
  const texts = (where: string, ending: string) =>
    (readdirSync(where, { recursive: true }) as string[])
      .filter((name) => name.endsWith(ending))
      .map((name) => readFileSync(join(where, name), "utf8"));
  const helps = texts(rules, ".txt").flatMap((text) => text.match(/^ *help: .*$/gm) ?? []);
  const named = [
    ...[...texts(folder, ".md"), ...texts(rules, ".md")].flatMap((text) => [
      ...text.matchAll(/`smtpdlint ([a-z][a-z-]+)/g),
    ]),
    ...helps.flatMap((help) => [...help.matchAll(/\bsmtpdlint (?!as )([a-z][a-z-]+)/g)]),
  ].map(([, name = ""]) => name);
  expect(named.length).toBeGreaterThan(100);
  const known = commands.map(({ name }) => name as string);
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});

test.each(pages)("%s: links lead somewhere", (name) => {
  const page = readFileSync(join(folder, name), "utf8");
  const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, link = ""]) => link);
  expect(links.filter((link) => !existsSync(join(folder, name, "..", link)))).toEqual([]);
});

test.each(guides)("%s shows what the commands print", async (name) => {
  const page = readFileSync(join(folder, name), "utf8");
  const recipe = /^cookbook/.test(name) ? recipes[basename(name, ".md")] : undefined;
  const left = new Set(Object.keys(recipe ?? {}));
  let machine = temporaryFolder("docs");
  for (const [path, text] of Object.entries(recipe ?? {})) machine.file(path, text);
  let shown = "";
  let end = 0;
  let commands = 0;
  for (const { 0: block, index, groups = {} } of page.matchAll(/^```(?<info>[^\n]*)\n(?<text>[\s\S]*?)^```$/gm)) {
    const { info = "", text = "" } = groups;
    shown += page.slice(end, index);
    end = index + block.length;
    const show = (content: string) => {
      shown += `\`\`\`${info}\n${content}\`\`\``;
    };
    const [, exit] = /^console(?: exit (\d))?$/.exec(info) ?? [];
    if (info.startsWith("console")) {
      commands++;
      show(await runAll(text, machine.folder, Number(exit ?? 0)));
      continue;
    }
    if (info === "mermaid") {
      show((await run(["graph", "--no-config", join(machine.folder, "smtpd.conf")])).stdout);
      continue;
    }
    const path = info === "smtpd" ? "smtpd.conf" : /^text \/(\S+)$/.exec(info)?.[1];
    if (recipe && path !== undefined) {
      left.delete(path);
      show(recipe[path] ?? "no file of the recipe\n");
      continue;
    }
    shown += block;
    // The next configuration is for another machine.
    if (info === "smtpd") machine = temporaryFolder("docs");
    if (path !== undefined) machine.file(path, text);
  }
  expect(commands).toBeGreaterThan(0);
  expect([...left]).toEqual([]);
  await expect(shown + page.slice(end)).toMatchFileSnapshot(join(folder, name));
});

/** Runs the commands of a block, and puts what they print behind each. */
async function runAll(text: string, root: string, exit: number): Promise<string> {
  const commands = text.split("\n").filter((line) => line.startsWith("$ "));
  const outputs = [];
  for (const command of commands) {
    const [, shown] = /^\$ cat (\S+)$/.exec(command) ?? [];
    if (shown !== undefined) {
      outputs.push(`${command}\n${readFileSync(join(root, shown), "utf8")}`);
      continue;
    }
    const argv = command
      .replace("$ smtpdlint ", "")
      .split(" ")
      .map((word) => (word === "." ? root : existsSync(join(root, word)) ? join(root, word) : word));
    const { stdout, stderr, code } = await run(argv, { columns: 80, terminal: true, env: { NO_COLOR: "1" } });
    expect(code, command).toBe(exit);
    // The hash and the date of an address that SRS has made are others each day.
    const printed = (stdout + stderr).replace(/SRS0=[^=]{4}=[^=]{2}=/g, "SRS0=HASH=TT=");
    outputs.push(`${command}\n${printed.replaceAll(`${root}/`, "").replaceAll(root, ".")}`);
  }
  return outputs.join("");
}
