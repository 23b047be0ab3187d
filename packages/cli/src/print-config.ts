import { newestRelease } from "@smtpdlint/grammar";
import { defaultSeverity, rules } from "@smtpdlint/lint";
import type { Arguments } from "./args.ts";
import { ConfigLoader } from "./load-config.ts";
import { toJson } from "./reporters/to-json.ts";

/** `smtpdlint print-config FILE`: the settings that hold for a file, as JSON; a comment in it may name another target. */
export function printConfig(args: Arguments): string {
  const { settings, path } = new ConfigLoader(args).settingsFor(args.paths[1] ?? "");
  const severities = { ...settings.rules, ...args.rules };
  const shown = {
    config: path ?? null,
    target: args.target ?? settings.target ?? newestRelease,
    root: args.root ?? settings.root ?? null,
    rules: Object.fromEntries(rules.map(({ meta }) => [meta.id, severities[meta.id] ?? defaultSeverity(meta)])),
  };
  return toJson(shown);
}
