import { defaultSeverity, rules, ruleUrl } from "@smtpdlint/lint";
import type { Arguments } from "./args.ts";
import { exitCode, type Io } from "./io.ts";
import { ConfigLoader } from "./load-config.ts";
import type { Style } from "./reporters/reporter.ts";
import { toJson } from "./reporters/to-json.ts";
import { type Reporters, writeReports } from "./write-reports.ts";

/** All rules with the severity that the command line, the configuration file or the rule itself gives them; returns the exit code. */
export function listRules(args: Arguments, style: Style, io: Io): number {
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
  return writeReports(rows, reporters, args, style, io) ? exitCode.clean : exitCode.usage;
}

const reporters: Reporters<readonly Row[]> = {
  text: (rows) =>
    rows.map(({ id, category, severity, summary }) => `${[id, category, severity, summary].join("\t")}\n`).join(""),
  json: (rows) => toJson({ version: 1, rules: rows }),
  markdown: (rows) => {
    const lines = rows.map(({ id, category, severity, fixable, summary, url }) => {
      return `| [${id}](${url}) | ${category} | ${severity} | ${fixable ? "yes" : ""} | ${summary.replaceAll("|", "\\|")} |`;
    });
    return ["| rule | category | severity | fixes | finds |", "|---|---|---|---|---|", ...lines, ""].join("\n");
  },
};

interface Row {
  readonly id: string;
  readonly category: string;
  readonly severity: string;
  readonly fixable: boolean;
  readonly summary: string;
  readonly url: string;
}
