import type { Diagnostic, Severity } from "@smtpdlint/lint";
import { count, makeVisible, Positions, wrap } from "@smtpdlint/model";
import { Chalk, type ChalkInstance } from "chalk";
import { excerpt } from "./excerpt.ts";
import { harmless } from "./harmless.ts";
import { countSeverity, type Report, type Reporter, type Style } from "./reporter.ts";
import { enumerate, withoutTwins } from "./twins.ts";

/** For people: each finding with its line, the place underlined, and what to do. */
export const pretty: Reporter = (report, style) => {
  const chalk = new Chalk({ level: style.color ? 1 : 0 });
  const alsoOn = withoutTwins(report.results);
  const blocks = report.results.flatMap(({ files, diagnostics }) => {
    const writer = new Writer(new Positions(files), chalk, style);
    return diagnostics.flatMap((diagnostic) => {
      const hosts = alsoOn.get(diagnostic);
      return hosts ? [writer.write(diagnostic, hosts)] : [];
    });
  });
  const omitted = report.results.flatMap(({ path, omitted }) =>
    omitted.map(({ rule, count: number }) => `${makeVisible(path)}: ${count(number, "more finding")} [${rule}]\n`),
  );
  return harmless(`${[...blocks, ...omitted, prettySummary(report, style)].join("\n")}\n`);
};

/** `2 errors, 1 note in 3 files` */
export function prettySummary(report: Report, style: Style): string {
  const chalk = new Chalk({ level: style.color ? 1 : 0 });
  const parts = [
    [countSeverity(report, "error"), "error", chalk.red],
    [countSeverity(report, "warning"), "warning", chalk.magenta],
    [countSeverity(report, "info"), "note", chalk.bold],
    [countSeverity(report, "hint"), "hint", chalk.bold],
  ] as const;
  const found = parts.filter(([number]) => number > 0).map(([number, noun, paint]) => paint(count(number, noun)));
  const where = count(report.results.length, "file");
  return found.length > 0 ? `${found.join(", ")} in ${where}` : `${chalk.green("no problems")} in ${where}`;
}

/** More than that nobody reads. */
const mostHosts = 20;

const labels: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note", hint: "hint" };

class Writer {
  private readonly columns: number;

  constructor(
    private readonly positions: Positions,
    private readonly chalk: ChalkInstance,
    style: Style,
  ) {
    this.columns = style.columns > 0 ? Math.max(style.columns, 40) : 120;
  }

  write({ span, severity, message, rule, help, related }: Diagnostic, alsoOn: readonly string[]): string {
    const { chalk, positions } = this;
    const paint = { error: chalk.red, warning: chalk.magenta, info: chalk.bold, hint: chalk.bold }[severity];
    const start = positions.start(span);
    const end = positions.end(span);
    const place = `${makeVisible(positions.pathOf(span))}:${start.line}:${start.column}`;
    const lines = [`${chalk.bold(place)}: ${paint.bold(labels[severity])}: ${message} [${rule}]`];

    const gutter = String(start.line).length;
    const line = positions.line(span.file, start.line);
    const until = end.line === start.line ? end.column - 1 : line.length;
    const { text, from, width } = excerpt(line, start.column - 1, until, this.columns - gutter - 4);
    const bar = chalk.dim("|");
    lines.push(` ${chalk.dim(String(start.line))} ${bar} ${text}`);
    lines.push(` ${" ".repeat(gutter)} ${bar} ${" ".repeat(from)}${paint("^".repeat(width))}`);

    const indent = " ".repeat(gutter + 2);
    const note = (label: string, content: string) => {
      const prefix = `${indent}= ${label}: `;
      const wrapped = wrap(content, this.columns - prefix.length);
      lines.push(`${indent}${chalk.dim("=")} ${chalk.bold(label)}: ${wrapped.join(`\n${" ".repeat(prefix.length)}`)}`);
    };
    if (help !== undefined) note("help", help);
    for (const item of related) {
      const { line: relatedLine, column } = positions.start(item.span);
      note("see", `${makeVisible(positions.pathOf(item.span))}:${relatedLine}:${column}: ${item.message}`);
    }
    if (alsoOn.length > 0) note("also on", enumerate(alsoOn.map(makeVisible), mostHosts));
    return `${lines.join("\n")}\n`;
  }
}
