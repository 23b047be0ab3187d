import { defaultSeverity, rules, ruleUrl } from "@smtpdlint/lint";
import type { Arguments } from "./args.ts";
import { ConfigLoader } from "./load-config.ts";
import { toJson } from "./reporters/to-json.ts";

/** All rules with the severity that the command line, the configuration file or the rule itself gives them. */
export function listRules(args: Arguments): string {
  const { settings } = new ConfigLoader(args).settingsFor("smtpd.conf");
  const severities = { ...settings.rules, ...args.rules };
  const rows = rules.map(({ meta }) => ({
    id: meta.id,
    category: meta.category,
    severity: severities[meta.id] ?? defaultSeverity(meta),
    fixable: meta.fixable ?? false,
    summary: meta.summary,
    url: ruleUrl(meta.id),
  }));
  switch (args.listFormat) {
    case "json":
      return toJson({ version: 1, rules: rows });
    case "markdown": {
      const lines = rows.map(({ id, category, severity, fixable, summary, url }) => {
        return `| [${id}](${url}) | ${category} | ${severity} | ${fixable ? "yes" : ""} | ${summary.replaceAll("|", "\\|")} |`;
      });
      return ["| rule | category | severity | fixes | finds |", "|---|---|---|---|---|", ...lines, ""].join("\n");
    }
    default:
      return rows
        .map(({ id, category, severity, summary }) => `${[id, category, severity, summary].join("\t")}\n`)
        .join("");
  }
}
