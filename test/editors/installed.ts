import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("../../packages/cli/dist/smtpdlint.cjs", import.meta.url));
const readme = readFileSync(new URL("../../packages/server/README.md", import.meta.url), "utf8");

/** The environment of somebody who has installed `smtpdlint`, with `folder` as the home. */
export function installedIn(folder: string): NodeJS.ProcessEnv {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "smtpdlint"), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`, { mode: 0o755 });
  return { ...process.env, HOME: folder, PATH: `${bin}:${process.env.PATH}` };
}

/** The first lines of code in the server's README after some words. */
export function snippetAfter(words: string): string {
  const start = readme.indexOf(words);
  const snippet = /```\w+\n([\s\S]*?)```/.exec(readme.slice(start))?.[1];
  if (start === -1 || snippet === undefined) throw new Error(`no lines after ${words}`);
  return snippet;
}
