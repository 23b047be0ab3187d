import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { run } from "./cli/run.ts";
import { temporaryFolder } from "./helpers/temporary-folder.ts";

/**
 * The pages of the documentation. Their commands are run with the last
 * configuration and files before them, and what they print stands there;
 * `vitest -u docs.test` writes it.
 */
const folder = fileURLToPath(new URL("../docs/", import.meta.url));
const pages = readdirSync(folder).filter((name) => name.endsWith(".md"));

test.each(pages)("%s shows what the commands print", async (name) => {
  const page = readFileSync(join(folder, name), "utf8");
  let machine = temporaryFolder("docs");
  let shown = "";
  let end = 0;
  let commands = 0;
  for (const { 0: block, index, groups = {} } of page.matchAll(/^```(?<info>[^\n]*)\n(?<text>[\s\S]*?)^```$/gm)) {
    const { info = "", text = "" } = groups;
    shown += page.slice(end, index);
    end = index + block.length;
    const [, exit] = /^console(?: exit (\d))?$/.exec(info) ?? [];
    if (info.startsWith("console")) {
      commands++;
      shown += `\`\`\`${info}\n${await runAll(text, machine.folder, Number(exit ?? 0))}\`\`\``;
      continue;
    }
    shown += block;
    // The next configuration is for another machine.
    if (info === "smtpd") machine = temporaryFolder("docs");
    const path = info === "smtpd" ? "smtpd.conf" : /^text \/(\S+)$/.exec(info)?.[1];
    if (path !== undefined) machine.file(path, text);
  }
  expect(commands).toBeGreaterThan(0);
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
    outputs.push(`${command}\n${(stdout + stderr).replaceAll(`${root}/`, "")}`);
  }
  return outputs.join("");
}
