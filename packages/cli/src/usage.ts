import { wrap } from "@smtpdlint/model";
import { type CliOption, commands, optionGroups } from "./options.ts";

/** The first column of the descriptions. */
const column = 25;

/** The text of `--help`. */
export function usage(): string {
  const groups = optionGroups.map(({ title, options }) => `${title}\n${options.map(describe).join("")}`);
  return `usage: smtpdlint [option ...] [FILE | DIR | -] ...
       smtpdlint COMMAND ...

Checks smtpd.conf, the configuration of OpenSMTPD.
Without FILE it checks this machine's smtpd.conf, and prints which one; - is
standard input.

commands
${commands.map(({ name, parameters, help }) => row(`${name} ${parameters}`.trim(), help)).join("")}
${groups.join("\n")}
exit code: 0 no findings, 1 findings, 2 wrong usage, unreadable input or a fix
that could not be written, 3 internal error
`;
}

function describe({ name, short, value, optional, help }: CliOption): string {
  const parameter = value === undefined ? "" : optional ? `[=${value}]` : ` ${value}`;
  return row(`${short ? `-${short}, ` : ""}--${name}${parameter}`, help);
}

/** A word and what it means, the long ones in a line of their own. */
function row(word: string, help: string): string {
  const lines = wrap(help, 80 - column);
  const start = `  ${word}`;
  const first = start.length < column ? start.padEnd(column) + (lines.shift() ?? "") : start;
  return [first, ...lines.map((line) => " ".repeat(column) + line)].map((line) => `${line.trimEnd()}\n`).join("");
}
