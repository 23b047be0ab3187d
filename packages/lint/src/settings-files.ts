import type { ReadFailure, Release } from "@smtpdlint/grammar";
import {
  type FileSettings,
  readSettings,
  type Settings,
  type SettingsProblem,
  type SeverityName,
  type WrittenPath,
} from "./config.ts";
import type { Severity } from "./diagnostic.ts";
import { compilePatterns } from "./patterns.ts";

/** The name of a configuration file, beside the files that it is for or above them. */
export const settingsFileName = ".smtpdlintrc.json";

/** How configuration files are named and read: by the paths of a disk, or by URIs. */
export interface SettingsFiles {
  read(name: string): { readonly text: string } | { readonly failure: ReadFailure };
  /** Undefined if nobody can tell. */
  isFolder(name: string): boolean | undefined;
  folderOf(name: string): string;
  /** What a path names, seen from a folder. */
  resolve(folder: string, path: string): string;
  /** The way from a folder down to a file, with `/` between its parts; undefined if it is not below. */
  wayDown(folder: string, name: string): string | undefined;
}

/** A configuration file with all that it extends. */
export interface LoadedSettings {
  readonly name: string;
  /** What it extends comes before it. */
  readonly layers: readonly Layer[];
  readonly problems: readonly SettingsFileProblem[];
  /** The roots that are no folders, which is a problem of the files that they are set for. */
  readonly missingRoots: ReadonlyMap<string, SettingsFileProblem>;
}

interface Layer {
  readonly name: string;
  readonly settings: Settings;
  /** The overrides, each with what tells its files. */
  readonly overrides: readonly { readonly settings: FileSettings; readonly matches: (way: string) => boolean }[];
}

/** Something that cannot be obeyed, in one of the files. */
export interface SettingsFileProblem extends SettingsProblem {
  readonly name: string;
  readonly text: string;
  /** True for what depends on other files: no JSON schema finds it. */
  readonly isOfDisk: boolean;
}

/** The settings that hold for one file. */
export interface ResolvedSettings {
  readonly target?: Release;
  /** The folder that stands for `/`. */
  readonly root?: string;
  /** What the `*` of the root stand for, such as the name of a host. */
  readonly host?: string;
  /** With a host: the folder of the settings, to which links may lead out of the root. */
  readonly shared?: string;
  readonly rules?: Readonly<Record<string, SeverityName>>;
  readonly failOn?: Severity;
}

type Place = Pick<ResolvedSettings, "root" | "host" | "shared">;

/** Nobody's files are so many steps away from each other. */
const mostLayers = 50;

/** Reads a configuration file and those that it extends, or says why it cannot be read. */
export function loadSettings(name: string, files: SettingsFiles): LoadedSettings | { readonly failure: ReadFailure } {
  const layers: Layer[] = [];
  const problems: SettingsFileProblem[] = [];
  const missingRoots = new Map<string, SettingsFileProblem>();
  const add = (path: string, from: readonly string[]): ReadFailure | undefined => {
    const found = files.read(path);
    if ("failure" in found) return found.failure;
    const { text } = found;
    const { settings, problems: own } = readSettings(text);
    problems.push(...own.map((problem) => ({ ...problem, name: path, text, isOfDisk: false })));
    const problemAt = ({ start, end }: WrittenPath, message: string): SettingsFileProblem => ({
      start,
      end,
      message,
      name: path,
      text,
      isOfDisk: true,
    });
    const way = [...from, path];
    for (const item of settings.extends ?? []) {
      const fault = extend(item, path, way);
      if (fault !== undefined) problems.push(problemAt(item, fault));
    }
    for (const { root } of [settings, ...(settings.overrides ?? [])]) {
      if (root === undefined || root.path.includes("*")) continue;
      const folder = files.resolve(files.folderOf(path), root.path);
      if (files.isFolder(folder) === false) missingRoots.set(folder, problemAt(root, "root: no such folder"));
    }
    const overrides = (settings.overrides ?? []).map((override) => ({
      settings: override,
      matches: compilePatterns(override.files),
    }));
    layers.push({ name: path, settings, overrides });
    return undefined;
  };
  const extend = (item: WrittenPath, path: string, way: readonly string[]): string | undefined => {
    const base = files.resolve(files.folderOf(path), item.path);
    if (way.includes(base)) return "extends: the file extends itself";
    if (layers.length + way.length > mostLayers) return `extends: more than ${mostLayers} files`;
    const failure = add(base, way);
    if (failure === undefined) return undefined;
    return `extends: ${failure === "not-found" ? "no such file" : "cannot be read"}`;
  };
  const failure = add(name, []);
  return failure === undefined ? { name, layers, problems, missingRoots } : { failure };
}

/**
 * What holds for a file. Later settings win: those of a file over what it
 * extends, overrides over the settings beside them. Patterns are seen from the
 * folder of the file that was found, a root from that of the file it stands in.
 */
export function settingsOf({ name, layers }: LoadedSettings, file: string, files: SettingsFiles): ResolvedSettings {
  const way = files.wayDown(files.folderOf(name), file);
  let place: Place = {};
  let others: Omit<ResolvedSettings, keyof Place> = {};
  for (const { name: layer, settings, overrides } of layers) {
    const matching = way === undefined ? [] : overrides.filter(({ matches }) => matches(way));
    for (const { target, root, rules } of [settings, ...matching.map((override) => override.settings)]) {
      if (root !== undefined) place = findRoot(root.path, files.folderOf(layer), file, files);
      others = { ...others, ...(target && { target }), ...(rules && { rules: { ...others.rules, ...rules } }) };
    }
    if (settings.failOn) others = { ...others, failOn: settings.failOn };
  }
  return { ...others, ...place };
}

/** Says whether a file in a folder is passed over; `name` is a path as `files` names it. */
export function excluder({ name, layers }: LoadedSettings, files: SettingsFiles): (file: string) => boolean {
  const isExcluded = compilePatterns(layers.flatMap(({ settings }) => settings.exclude ?? []));
  return (file) => {
    const way = files.wayDown(files.folderOf(name), file);
    return way !== undefined && isExcluded(way);
  };
}

/** The folder that a root with `*` names for a file: the outermost above it that fits. */
function findRoot(written: string, folder: string, file: string, files: SettingsFiles): Place {
  const parts = written.replace(/\/+$/, "").split("/");
  const first = parts.findIndex((part) => part.includes("*"));
  if (first === -1) return { root: files.resolve(folder, written) };
  const base = files.resolve(folder, parts.slice(0, first).join("/") || (written.startsWith("/") ? "/" : "."));
  const patterns = parts.slice(first);
  const names = files.wayDown(base, file)?.split("/").slice(0, -1) ?? [];
  const chosen = names.slice(0, patterns.length);
  if (chosen.length < patterns.length || !patterns.every((pattern, at) => fits(pattern, chosen[at] ?? ""))) return {};
  const host = chosen.filter((_, at) => patterns[at]?.includes("*")).join("/");
  return { root: files.resolve(base, chosen.join("/")), host, shared: folder };
}

/** Whether a name has the parts between the `*` of a pattern, one after the other. */
function fits(pattern: string, name: string): boolean {
  const parts = pattern.split("*");
  const head = parts[0] ?? "";
  const tail = parts.at(-1) ?? "";
  if (parts.length === 1) return name === pattern;
  if (!name.startsWith(head) || !name.endsWith(tail) || name.length < head.length + tail.length) return false;
  let at = head.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= name.length - tail.length;
}
