import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { analyseLazily, foreignFileOf, forShell, hasStatement } from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import type { Arguments } from "./args.ts";
import { bytesOf, nameOf, realName } from "./file-name.ts";
import { configurationName, defaultPaths } from "./find-files.ts";
import { type ConfigLoader, placeOf } from "./load-config.ts";
import { NodeHost, readText } from "./node-host.ts";
import { NodeMachine } from "./node-machine.ts";

type Place = Pick<Arguments, "root" | "onHost">;

/** What a file is by its name, and what checks it. */
const kinds: readonly { readonly name: RegExp; readonly text: (path: string) => string }[] = [
  {
    name: /^\.forward$/,
    text: () => "a .forward, not an smtpd.conf; smtpdlint --on-host checks the .forward of each user",
  },
  {
    name: /(?:^|\.)smtpd\.test$/,
    text: (path) => `a file of policy tests, not an smtpd.conf; run them with smtpdlint test ${forShell(path)}`,
  },
  { name: /^aliases$/, text: () => aliases },
];

const aliases = "a file of aliases, not an smtpd.conf; lint the smtpd.conf that reads it";

/**
 * What a file is that is surely no smtpd.conf, and what checks it; undefined for
 * all else. Whatever has the name of a configuration, or a line that begins like
 * a statement, is meant as one.
 */
export function otherFile(path: string, text: string, place: Place, config: ConfigLoader): string | undefined {
  const name = basename(path);
  if (configurationName.test(name) || hasStatement(text) || macro.test(text)) return undefined;
  if (foreignFileOf(text) !== undefined) return undefined;
  const reader = readerOf(path, place, config);
  if (reader !== undefined) {
    const options = [
      ...(place.root === undefined ? [] : ["--root", place.root]),
      ...(place.onHost ? ["--on-host"] : []),
    ];
    const command = ["smtpdlint", ...options, reader].map(forShell).join(" ");
    return makeVisible(`a file that ${reader} reads, not an smtpd.conf; ${command} checks it`);
  }
  const kind = kinds.find((kind) => kind.name.test(name));
  if (kind) return makeVisible(kind.text(path));
  return isAliases(text) ? aliases : undefined;
}

const macro = /^[ \t]*[\w-]+[ \t]*=[ \t]*\S/m;

/** Lines of `NAME: MEMBER, …`, and what continues them. */
function isAliases(text: string): boolean {
  const lines = text.split(/\r?\n/).filter((line) => line !== "" && !/^[ \t]*(?:#|$)/.test(line));
  const isAlias = (line: string) => /^[^\s:{}<>]+[ \t]*:(?:[ \t]|$)/.test(line);
  return lines.some(isAlias) && lines.every((line) => isAlias(line) || /^[ \t]/.test(line));
}

/** The configuration beside a file, in the folder above or of this machine that reads it as a table. */
function readerOf(path: string, place: Place, config: ConfigLoader): string | undefined {
  const wanted = realNameOf(path);
  if (wanted === undefined) return undefined;
  const folder = dirname(path);
  const defaults = defaultPaths.map((name) => (place.root === undefined ? name : join(place.root, name)));
  const candidates = [...configurationsIn(folder), ...configurationsIn(join(folder, "..")), ...defaults];
  return [...new Set(candidates)].find((main) => {
    const input = readText(main, "configuration");
    if ("failure" in input) return false;
    const read: string[] = [];
    const { settings } = config.settingsFor(main);
    const machine = place.onHost ? new NodeMachine() : undefined;
    const host = new NodeHost({ main, ...placeOf(place, settings), machine, sawFile: (name) => read.push(name) });
    // Only what it reads is asked for, and none of its mistakes.
    const { model } = analyseLazily(main, input.text, host);
    const parts = model.config.files.map((file) => realNameOf(file.path));
    return !parts.includes(wanted) && read.some((name) => realNameOf(name) === wanted);
  });
}

function configurationsIn(folder: string): string[] {
  try {
    const names = readdirSync(bytesOf(folder), { encoding: "buffer" }).map(nameOf).sort();
    return names.filter((name) => configurationName.test(name)).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function realNameOf(path: string): string | undefined {
  try {
    return realName(path);
  } catch {
    return undefined;
  }
}
