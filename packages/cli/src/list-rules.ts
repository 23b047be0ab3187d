import { defaultSeverity, rules } from "@smtpdlint/analysis";
import type { Arguments } from "./args.ts";
import { ConfigLoader } from "./load-config.ts";

/** One rule a line: id, category, severity, summary; the severity is that of the command line, the configuration file or the rule. */
export function listRules(args: Arguments): string {
  const settings = new ConfigLoader(args).settingsFor("smtpd.conf");
  const severities = { ...settings.rules, ...args.rules };
  return rules
    .map(
      ({ meta }) => `${meta.id}\t${meta.category}\t${severities[meta.id] ?? defaultSeverity(meta)}\t${meta.summary}\n`,
    )
    .join("");
}
