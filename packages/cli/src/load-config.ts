import { dirname, join, resolve } from "node:path";
import { readSettings, type Settings } from "@smtpdlint/analysis";
import { lineColumn, lineStarts } from "@smtpdlint/grammar";
import type { Arguments } from "./args.ts";
import { describeFailure, readText } from "./node-host.ts";

const fileName = ".smtpdlintrc.json";

/** A configuration file that cannot be obeyed: exit code 2. Each line of the message stands for itself. */
export class ConfigError extends Error {}

/** The settings for linted files: those of `--config`, or of the nearest configuration file beside or above them. */
export class ConfigLoader {
  private readonly byFolder = new Map<string, Settings>();
  private readonly fixed: Settings | undefined;

  constructor({ config }: Pick<Arguments, "config">) {
    if (config === false) this.fixed = {};
    else if (config !== undefined) this.fixed = load(config) ?? fail(`${config}: no such file`);
  }

  /** The settings for a file; `root` is ready to be used. */
  settingsFor(path: string): Settings {
    return this.fixed ?? this.settingsIn(dirname(resolve(path)));
  }

  private settingsIn(folder: string): Settings {
    const known = this.byFolder.get(folder);
    if (known) return known;
    const parent = dirname(folder);
    const settings = load(join(folder, fileName)) ?? (parent === folder ? {} : this.settingsIn(parent));
    this.byFolder.set(folder, settings);
    return settings;
  }
}

/** Undefined if there is no such file. */
function load(path: string): Settings | undefined {
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
  return settings.root === undefined ? settings : { ...settings, root: resolve(dirname(path), settings.root) };
}

function fail(message: string): never {
  throw new ConfigError(message);
}
