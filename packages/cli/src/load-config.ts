import { dirname, join, resolve } from "node:path";
import { lineColumn, lineStarts } from "@smtpdlint/grammar";
import { readSettings, type Settings } from "@smtpdlint/lint";
import type { Arguments } from "./args.ts";
import { absolute } from "./file-name.ts";
import { describeFailure, readText, statusOf } from "./node-host.ts";

export const fileName = ".smtpdlintrc.json";

/** A configuration file that cannot be obeyed: exit code 2. Each line of the message stands for itself. */
export class ConfigError extends Error {}

/** Settings, and the file that they are from. */
interface Loaded {
  readonly settings: Settings;
  readonly path: string | undefined;
}

const nothing: Loaded = { settings: {}, path: undefined };

/** The settings for linted files: those of `--config`, or of the nearest configuration file beside or above them. */
export class ConfigLoader {
  private readonly byFolder = new Map<string, Loaded>();
  private readonly fixed: Loaded | undefined;

  constructor({ config }: Pick<Arguments, "config">) {
    if (config === false) this.fixed = nothing;
    else if (config !== undefined) this.fixed = load(config) ?? fail(`${config}: no such file`);
  }

  /** The settings for a file; `root` is ready to be used. */
  settingsFor(path: string): Loaded {
    return this.fixed ?? this.settingsIn(dirname(absolute(path)));
  }

  private settingsIn(folder: string): Loaded {
    const known = this.byFolder.get(folder);
    if (known) return known;
    const parent = dirname(folder);
    const settings = load(join(folder, fileName)) ?? (parent === folder ? nothing : this.settingsIn(parent));
    this.byFolder.set(folder, settings);
    return settings;
  }
}

/** Undefined if there is no such file. */
function load(path: string): Loaded | undefined {
  const file = readText(path, "configuration");
  if ("failure" in file)
    return file.failure === "not-found" ? undefined : fail(`${path}: ${describeFailure(file.failure)}`);
  const { settings, problems } = readSettings(file.text);
  if (problems.length > 0) {
    const starts = lineStarts(file.text);
    const lines = problems.map(({ start, message }) => {
      const { line, column } = lineColumn(starts, start);
      return `${path}:${line}:${column}: ${message}`;
    });
    return fail(lines.join("\n"));
  }
  const root = settings.root === undefined ? {} : { root: resolve(dirname(path), settings.root) };
  if (root.root !== undefined && !statusOf(root.root)?.isDirectory()) fail(`${path}: root: no folder ${root.root}`);
  return { settings: { ...settings, ...root }, path };
}

function fail(message: string): never {
  throw new ConfigError(message);
}
