import { thresholds } from "@smtpdlint/lint";
import { count, groupBy, makeVisible } from "@smtpdlint/model";
import { Chalk } from "chalk";
import { harmless } from "./harmless.ts";
import type { Report, Reporter } from "./reporter.ts";
import { toJson } from "./to-json.ts";
import { enumerate } from "./twins.ts";

/** So many hosts or files are named; programs get all of them. */
const mostNames = 8;

/** The findings of one rule with one severity, and the hosts or else the files that have them. */
function countByRule({ results }: Report) {
  const found = results.flatMap(({ host, path, diagnostics }) =>
    diagnostics.map(({ rule, category, severity }) => ({ rule, category, severity, where: host ?? path })),
  );
  const groups = [...groupBy(found, ({ rule, severity }) => `${severity} ${rule}`).values()];
  const rows = groups.flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { rule, category, severity } = first;
    return [{ rule, category, severity, count: group.length, in: [...new Set(group.map(({ where }) => where))] }];
  });
  const rank = (row: (typeof rows)[number]) => thresholds.indexOf(row.severity);
  return rows.sort((a, b) => rank(a) - rank(b) || b.count - a.count || (a.rule < b.rule ? -1 : 1));
}

/** `--statistics` for people: a line for each rule, the gravest and most frequent first. */
export const prettyStatistics: Reporter = (report, { color }) => {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const paint = { error: chalk.red, warning: chalk.magenta, info: chalk.bold, hint: chalk.bold };
  const rows = countByRule(report);
  const width = Math.max(0, ...rows.map(({ rule }) => rule.length));
  const noun = report.results.some(({ host }) => host !== undefined) ? "host" : "file";
  const lines = rows.map(({ rule, severity, count: number, in: where }) => {
    const names = enumerate(where.map(makeVisible), mostNames);
    const label = paint[severity]((severity === "info" ? "note" : severity).padEnd(7));
    return `${String(number).padStart(6)} ${label} ${rule.padEnd(width)}  ${count(where.length, noun)}: ${names}\n`;
  });
  const total = rows.reduce((sum, row) => sum + row.count, 0);
  const where = count(report.results.length, "file");
  return harmless(`${lines.join("")}${total === 0 ? "no problems" : count(total, "finding")} in ${where}\n`);
};

/** The same for programs. */
export const jsonStatistics: Reporter = (report) =>
  toJson({ version: 1, files: report.results.length, statistics: countByRule(report) });
