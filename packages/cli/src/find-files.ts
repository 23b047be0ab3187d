import { existsSync, readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { compilePatterns } from "@smtpdlint/lint";
import { absolute, bytesOf, nameOf, onDisk } from "./file-name.ts";
import { readText, statusOf } from "./node-host.ts";
import { InputError } from "./usage-error.ts";

/**
 * Where systems keep it: OpenBSD, FreeBSD (ports), Alpine, Arch and Void, Fedora
 * and Gentoo, Debian.
 */
export const defaultPaths = [
  "/etc/mail/smtpd.conf",
  "/usr/local/etc/mail/smtpd.conf",
  "/etc/smtpd/smtpd.conf",
  "/etc/opensmtpd/smtpd.conf",
  "/etc/smtpd.conf",
];

/** The configuration that smtpd would read on this machine, or on that whose `/` is the folder `root`. */
export function defaultFile(root: string | undefined): string {
  const paths = defaultPaths.map((path) => (root === undefined ? path : join(root, path)));
  const found = paths.find((path) => existsSync(onDisk(path)));
  if (found === undefined) throw new InputError(`no file given, and there is none of ${paths.join(", ")}`);
  return found;
}

/** Throws an `InputError` unless this is a folder. */
export function requireRoot(root: string | undefined): void {
  if (root === undefined || isDirectory(root)) return;
  const reason = root.includes("*")
    ? `one folder only; for several hosts write "root": "${root}" into .smtpdlintrc.json`
    : statusOf(root)
      ? "not a folder"
      : "no such folder";
  throw new InputError(`--root ${root}: ${reason}`);
}

export const isDirectory = (path: string): boolean => statusOf(path)?.isDirectory() ?? false;

/**
 * The configurations below a folder: `smtpd.conf`, `NAME.smtpd.conf`. Left out
 * are hidden folders, node_modules, what `.gitignore` leaves out, there and
 * further down and up to the top of the repository, and what `exclude` says in
 * the same language, seen from the folder.
 */
export const findConfigurations = (folder: string, exclude: readonly string[]): string[] =>
  findNamed(configurationName, folder, exclude);

/** `smtpd.conf`, `NAME.smtpd.conf`. */
export const configurationName = /(?:^|\.)smtpd\.conf$/;

/** The files of policy tests below a folder, `smtpd.test` and `NAME.smtpd.test`, with the same left out. */
export const findTests = (folder: string, exclude: readonly string[]): string[] =>
  findNamed(/(^|\.)smtpd\.test(\.json)?$/, folder, exclude);

function findNamed(name: RegExp, folder: string, exclude: readonly string[]): string[] {
  const filters = [filterOf(folder, exclude), ...filtersAbove(folder)];
  return findIn(folder, name, filters, 0);
}

/** Patterns, and the folder from which they look, from the top. */
interface Filter {
  readonly folder: string;
  readonly matches: (path: string) => boolean;
}

/** No configuration is so many folders below another. */
const mostLevels = 50;

function findIn(folder: string, name: RegExp, above: readonly Filter[], level: number): string[] {
  const own = readFilter(folder);
  const filters = own ? [...above, own] : above;
  const isLeftOut = (path: string, end: string) => {
    const whole = absolute(path);
    return filters.some((filter) => {
      const way = relative(filter.folder, whole).split(sep).join("/");
      return filter.matches(way + end);
    });
  };
  const entries = entriesOf(folder);
  // Who reads it like a file will hear why it cannot be read.
  if (!entries) return [folder];
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFolder) {
      const isPassedOver = entry.name.startsWith(".") || entry.name === "node_modules" || isLeftOut(path, "/");
      return isPassedOver || level === mostLevels ? [] : findIn(path, name, filters, level + 1);
    }
    return entry.isFile && name.test(entry.name) && !isLeftOut(path, "") ? [path] : [];
  });
}

interface Entry {
  readonly name: string;
  readonly isFile: boolean;
  readonly isFolder: boolean;
}

function entriesOf(folder: string): readonly Entry[] | undefined {
  try {
    return readdirSync(bytesOf(folder), { withFileTypes: true, encoding: "buffer" })
      .map((entry) => ({ name: nameOf(entry.name), isFile: entry.isFile(), isFolder: entry.isDirectory() }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return undefined;
  }
}

/** Those of the folders above, if they are in the same repository. */
function filtersAbove(folder: string): Filter[] {
  const filters: Filter[] = [];
  for (let at = absolute(folder); !existsSync(onDisk(join(at, ".git"))); ) {
    const parent = dirname(at);
    if (parent === at) return [];
    at = parent;
    const filter = readFilter(at);
    if (filter) filters.push(filter);
  }
  return filters;
}

function readFilter(folder: string): Filter | undefined {
  const file = readText(join(folder, ".gitignore"), "configuration");
  return "text" in file ? filterOf(folder, file.text.split(/\r?\n/)) : undefined;
}

const filterOf = (folder: string, lines: readonly string[]): Filter => ({
  folder: absolute(folder),
  matches: compilePatterns(lines),
});
