import { randomInt } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeVisible, nearest } from "@smtpdlint/model";
import type { Arguments, RecipeNames } from "./args.ts";
import { onDisk } from "./file-name.ts";
import { exitCode, type Io } from "./io.ts";
import { recipeNames } from "./options.ts";
import { UsageError } from "./usage-error.ts";
import { reasonOf } from "./write-file.ts";

const pageUrl = "https://github.com/smtpdlint/smtpdlint/blob/main/docs/cookbook";

/** What the recipes write for each name. A host name that is not given is below the domain. */
const examples = {
  domain: "example.org",
  hostname: "mail.example.org",
  server: "smarthost.example.net",
  account: "alice",
} as const;

const secretKey = "change this to a secret";
/** Files that nobody but their owner may read. */
const isSecret = (path: string, text: string) =>
  /\/(?:secrets|credentials|ldap\.conf)$/.test(path) || text.includes(secretKey);

/**
 * `smtpdlint init RECIPE [DIR]`: writes a configuration, its tables and its tests,
 * all of them or, if one of them exists, none. Returns the exit code.
 */
export function initRecipe({ paths: [, name = "", folder = "."], names }: Arguments, io: Io): number {
  if (!recipeNames.some((known) => known === name)) {
    const meant = nearest(name, recipeNames);
    const hint = meant === undefined ? `known are ${recipeNames.join(", ")}` : `did you mean ${meant}?`;
    throw new UsageError(`there is no recipe ${name}; ${hint}`);
  }
  const files = Object.entries(io.recipes[name] ?? {}).map(([path, text]) => ({
    path: join(folder, path),
    text: fillIn(text, names),
    mode: isSecret(path, text) ? 0o600 : 0o666,
  }));
  const present = files.filter(({ path }) => existsSync(onDisk(path)));
  for (const { path } of present) io.stderr(`smtpdlint: ${makeVisible(path)}: exists already, so nothing is written\n`);
  if (present.length > 0 || !writeAll(files, io)) return exitCode.usage;
  for (const { path } of files) io.stdout(`wrote ${makeVisible(path)}\n`);
  io.stdout(nextSteps(name, folder, files, names));
  return exitCode.clean;
}

interface RecipeFile {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/** Writes all files, or says why not and takes back what it wrote. */
function writeAll(files: readonly RecipeFile[], io: Io): boolean {
  const written: string[] = [];
  for (const { path, text, mode } of files) {
    try {
      mkdirSync(onDisk(dirname(path)), { recursive: true });
      writeFileSync(onDisk(path), text, { flag: "wx", mode });
      written.push(path);
    } catch (error) {
      io.stderr(`smtpdlint: ${makeVisible(path)}: ${makeVisible(reasonOf(error))}\n`);
      for (const done of written) rmSync(onDisk(done), { force: true });
      return false;
    }
  }
  return true;
}

/** The text of a recipe with other names in it, and a key of its own. */
export function fillIn(text: string, { domain, hostname, server, account }: RecipeNames): string {
  const names = new Map<string, string | undefined>([
    ["mail.example.org", hostname ?? (domain && `mail.${domain}`)],
    [
      "dc=example,dc=org",
      domain
        ?.split(".")
        .map((label) => `dc=${label}`)
        .join(","),
    ],
    ["example.org", domain],
    ["smarthost.example.net", server],
    ["alice", account],
    [secretKey, Array.from({ length: 32 }, () => randomInt(16).toString(16)).join("")],
  ]);
  const any = [...names.keys()].map((name) => name.replaceAll(".", "\\.")).join("|");
  return text.replace(new RegExp(`(?<![\\w-])(?:${any})(?![\\w-])`, "g"), (name) => names.get(name) ?? name);
}

/** What to do with what was written. */
function nextSteps(name: string, folder: string, files: readonly RecipeFile[], names: RecipeNames): string {
  const shown = makeVisible(folder);
  const left = (Object.keys(examples) as (keyof typeof examples)[]).filter(
    (key) =>
      names[key] === undefined &&
      !(key === "hostname" && names.domain !== undefined) &&
      files.some(({ text }) => text.includes(examples[key])),
  );
  const open = left.map((key) => `  --${key.padEnd(9)} ${examples[key]}\n`).join("");
  return `
${open && `names of the example that stand there still, and the option for yours\n${open}\n`}next
  smtpdlint --root ${shown} ${makeVisible(join(folder, "smtpd.conf"))}
  smtpdlint test ${shown}
  then install it: ${pageUrl}/${name}.md
`;
}
