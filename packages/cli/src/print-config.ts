import { newestRelease, type Release } from "@smtpdlint/grammar";
import { defaultSeverity, rules, targetInText } from "@smtpdlint/lint";
import type { Arguments } from "./args.ts";
import { installedOpenSmtpd } from "./installed-release.ts";
import { ConfigLoader } from "./load-config.ts";
import { readText } from "./node-host.ts";
import { toJson } from "./reporters/to-json.ts";

/** `smtpdlint print-config FILE`: the settings that hold for a file, as JSON. */
export function printConfig(args: Arguments): string {
  const { settings, path, reads } = new ConfigLoader(args).settingsFor(args.paths[1] ?? "");
  const installed = args.onHost ? installedOpenSmtpd()?.release : undefined;
  const severities = { ...settings.rules, ...args.rules };
  const shown = {
    config: path ?? null,
    extends: reads.slice(0, -1),
    target: args.target ?? targetOf(args.paths[1] ?? "") ?? settings.target ?? installed ?? newestRelease,
    root: args.root ?? settings.root ?? null,
    host: settings.host ?? null,
    "fail-on": args.failOn ?? settings.failOn ?? null,
    rules: Object.fromEntries(rules.map(({ meta }) => [meta.id, severities[meta.id] ?? defaultSeverity(meta)])),
  };
  return toJson(shown);
}

/** The release that the file asks for itself. */
function targetOf(path: string): Release | undefined {
  const file = readText(path, "configuration");
  return "text" in file ? targetInText(file.text) : undefined;
}
