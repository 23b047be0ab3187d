import { dirname, relative, resolve, sep } from "node:path";
import { lineColumn, lineStarts } from "@smtpdlint/grammar";
import {
  excluder,
  type LoadedSettings,
  loadSettings,
  type ResolvedSettings,
  type SettingsFileProblem,
  type SettingsFiles,
  settingsFileName,
  settingsOf,
} from "@smtpdlint/lint";
import type { Arguments } from "./args.ts";
import { absolute } from "./file-name.ts";
import { describeFailure, type HostOptions, readText, statusOf } from "./node-host.ts";
import { InputError } from "./usage-error.ts";

/** The settings of a linted file, and the configuration file that they are from. */
interface Found {
  readonly settings: ResolvedSettings;
  readonly path: string | undefined;
  /** That file and those that it extends. */
  readonly reads: readonly string[];
}

/** A configuration file that was read, and what it leaves out of folders. */
interface Loaded {
  readonly file: LoadedSettings;
  readonly isExcluded: (path: string) => boolean;
}

/** The settings for linted files: those of `--config`, or of the nearest configuration file beside or above them. */
export class ConfigLoader {
  /** Undefined where there is none. */
  private readonly byFolder = new Map<string, Loaded | undefined>();
  private readonly fixed: { readonly loaded: Loaded | undefined } | undefined;

  constructor({ config }: Pick<Arguments, "config">) {
    if (config === false) this.fixed = { loaded: undefined };
    else if (config !== undefined) this.fixed = { loaded: load(absolute(config)) ?? fail(`${config}: no such file`) };
  }

  /** The settings for a file; `root` is ready to be used. */
  settingsFor(path: string): Found {
    const name = absolute(path);
    const loaded = this.loadedFor(name);
    if (!loaded) return { settings: {}, path: undefined, reads: [] };
    const settings = settingsOf(loaded.file, name, files);
    const missing = settings.root === undefined ? undefined : loaded.file.missingRoots.get(settings.root);
    if (missing) fail(problemText(missing));
    return { settings, path: loaded.file.name, reads: loaded.file.layers.map((layer) => layer.name) };
  }

  /** True for a file that is passed over in folders. */
  isExcluded(path: string): boolean {
    const name = absolute(path);
    return this.loadedFor(name)?.isExcluded(name) ?? false;
  }

  private loadedFor(name: string): Loaded | undefined {
    return this.fixed ? this.fixed.loaded : this.loadedIn(dirname(name));
  }

  private loadedIn(folder: string): Loaded | undefined {
    if (this.byFolder.has(folder)) return this.byFolder.get(folder);
    const parent = dirname(folder);
    const loaded =
      load(files.resolve(folder, settingsFileName)) ?? (parent === folder ? undefined : this.loadedIn(parent));
    this.byFolder.set(folder, loaded);
    return loaded;
  }
}

/** What stands for `/`: what the command line says or else the settings; nothing if that is this machine. */
export function placeOf(
  { root, onHost }: Pick<Arguments, "root" | "onHost">,
  settings: ResolvedSettings,
): Pick<HostOptions, "root" | "shared"> {
  if (root !== undefined || onHost) return { root };
  // What lies below the working folder is shown as the user would write it.
  const shown = settings.root === undefined ? undefined : files.wayDown(absolute("."), settings.root);
  return { root: shown ?? settings.root, shared: settings.shared };
}

const files: SettingsFiles = {
  read: (name) => readText(name, "configuration"),
  isFolder: (name) => statusOf(name)?.isDirectory() ?? false,
  folderOf: dirname,
  resolve,
  wayDown: (folder, name) => {
    const way = relative(folder, name).split(sep).join("/");
    return way === "" || way === ".." || way.startsWith("../") || resolve(folder, way) !== name ? undefined : way;
  },
};

/** Undefined if there is no such file. */
function load(path: string): Loaded | undefined {
  const file = loadSettings(path, files);
  if ("failure" in file) {
    return file.failure === "not-found" ? undefined : fail(`${path}: ${describeFailure(file.failure)}`);
  }
  if (file.problems.length > 0) return fail(file.problems.map(problemText).join("\n"));
  return { file, isExcluded: excluder(file, files) };
}

function problemText({ name, text, start, message }: SettingsFileProblem): string {
  const { line, column } = lineColumn(lineStarts(text), start);
  return `${name}:${line}:${column}: ${message}`;
}

function fail(message: string): never {
  throw new InputError(message);
}
