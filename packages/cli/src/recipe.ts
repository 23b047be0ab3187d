import { existsSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runTests } from "@smtpdlint/lint";
import { makeVisible, nearest } from "@smtpdlint/model";
import type { Arguments } from "./args.ts";
import { onDisk } from "./file-name.ts";
import { exitCode, type Io } from "./io.ts";
import { ConfigLoader } from "./load-config.ts";
import { recipeNames } from "./options.ts";
import { fillIn, namesLeft, secretKey } from "./recipe-names.ts";
import type { Style } from "./reporters/reporter.ts";
import { prettyTests } from "./test/pretty.ts";
import { isPassed } from "./test/report.ts";
import { loadTestFile } from "./test/test-file.ts";
import { UsageError } from "./usage-error.ts";
import { reasonOf } from "./write-file.ts";

const pageUrl = "https://github.com/smtpdlint/smtpdlint/blob/main/docs/cookbook";

interface RecipeFile {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/** Files that nobody but their owner may read. */
const isSecret = (path: string, text: string) =>
  /\/(?:secrets|credentials|ldap\.conf)$/.test(path) || text.includes(secretKey);

/**
 * `smtpdlint init RECIPE [DIR]`: writes a configuration, its tables and its tests.
 * All of them or, if one of them exists or the tests fail with the names that were
 * given, none. Returns the exit code.
 */
export function initRecipe(args: Arguments, style: Style, io: Io): number {
  const {
    paths: [, name = "", given],
    names,
  } = args;
  const folder = given || ".";
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
  if (present.length > 0) return exitCode.usage;
  const problem = writeAll(files, () => problemIn(join(folder, "smtpd.test"), args, style, io));
  if (problem !== undefined) {
    io.stderr(`smtpdlint: ${problem}`);
    return exitCode.usage;
  }
  for (const { path } of files) io.stdout(`wrote ${makeVisible(path)}\n`);
  const left = namesLeft(
    files.map(({ text }) => text),
    names,
  );
  if (left.length > 0) {
    io.stdout("\nnames of the example in these files: edit them, or remove the files and run this again with\n");
    for (const [option, example] of left) io.stdout(`  --${option.padEnd(9)} in place of ${example}\n`);
  }
  io.stdout(`
next
  smtpdlint --root ${makeVisible(folder)} ${makeVisible(join(folder, "smtpd.conf"))}
  smtpdlint test ${makeVisible(folder)}
  then install it: ${pageUrl}/${name}.md
`);
  return exitCode.clean;
}

/** Writes all files and looks whether they are in order; if not, takes them back and says why. */
function writeAll(files: readonly RecipeFile[], problem: () => string | undefined): string | undefined {
  const written: string[] = [];
  const folders: string[] = [];
  const undo = () => {
    for (const path of written) rmSync(onDisk(path), { force: true });
    for (const folder of folders) {
      try {
        rmdirSync(onDisk(folder));
      } catch {
        // It was not made, or somebody else has put something into it.
      }
    }
  };
  for (const { path, text, mode } of files) {
    try {
      folders.unshift(...missingFolders(path));
      mkdirSync(onDisk(dirname(path)), { recursive: true });
      writeFileSync(onDisk(path), text, { flag: "wx", mode });
      written.push(path);
    } catch (error) {
      undo();
      return `${makeVisible(path)}: ${makeVisible(reasonOf(error))}\n`;
    }
  }
  const found = problem();
  if (found !== undefined) undo();
  return found;
}

/** The folders above a file that do not exist, the innermost first. */
function missingFolders(path: string): string[] {
  const missing: string[] = [];
  for (let folder = dirname(path); !existsSync(onDisk(folder)); folder = dirname(folder)) missing.push(folder);
  return missing;
}

/** The first test of a recipe that fails; undefined if all pass. */
function problemIn(path: string, args: Arguments, style: Style, io: Io): string | undefined {
  const tested = loadTestFile(path, args, new ConfigLoader(args), io);
  const isUsable = "machines" in tested;
  const results = isUsable ? tested.machines.flatMap((smtpd) => runTests(tested.tests, smtpd)) : [];
  const failed = results.find((result) => !isPassed(result));
  if (isUsable && !failed) return undefined;
  const report = {
    files: isUsable && failed ? [{ ...tested, results: [...results.filter(isPassed), failed] }] : [],
    unusable: isUsable ? [] : [tested],
    coverage: undefined,
  };
  return `the recipe does not work with these names, so nothing is written; its first test that fails:\n${prettyTests(report, style)}`;
}
