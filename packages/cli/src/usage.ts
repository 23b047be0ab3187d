import { wrap } from "@smtpdlint/model";
import { type CliOption, type Command, type CommandName, commands, groupsOf } from "./options.ts";

/** The first column of the descriptions. */
const column = 25;

/** The text of `--help`, of the program or of a command. */
export function usage(about: CommandName): string {
  const command = commands.find(({ name }) => name === about);
  const groups = groupsOf(about).map(
    ({ title, options }) => `${title}\n${options.map((option) => describe(option, about)).join("")}`,
  );
  return [command ? headOf(command) : programHead, ...groups, command ? footOf(command) : programFoot].join("\n");
}

const programHead = `usage: smtpdlint [option ...] [FILE | DIR | -] ...
       smtpdlint COMMAND ...

Checks smtpd.conf, the configuration of OpenSMTPD.
Without FILE it checks this machine's smtpd.conf, and prints which one; - is
standard input.

commands (smtpdlint COMMAND --help shows the options of each)
${commands.map(({ name, parameters, help }) => row(`${name} ${parameters}`.trim(), help)).join("")}`;

const programFoot = `exit code: 0 if nothing of --fail-on was found, 1 if something was, 2 for wrong
usage, unreadable input or a fix that could not be written, 3 for a fault of
smtpdlint itself
`;

function headOf({ name, parameters, usages, help, examples }: Command): string {
  const hasOptions = groupsOf(name).some(({ options }) => options.some(({ of }) => of));
  const lines = usages ?? [`${hasOptions ? "[option ...] " : ""}${parameters}`];
  const synopsis = lines.map((line) => `smtpdlint ${name} ${line}`.trim()).join("\n       ");
  const sentence = `${help.charAt(0).toUpperCase()}${help.slice(1)}.`;
  return `usage: ${synopsis}

${wrap(sentence, 80).join("\n")}

examples
${examples.map((line) => `  smtpdlint ${line}\n`).join("")}`;
}

const footOf = ({ fails }: Command) =>
  `${wrap(`exit code: 0${fails === undefined ? "" : `, 1 if ${fails}`}, 2 for wrong usage or unreadable input, 3 for a fault of smtpdlint itself`, 80).join("\n")}\n`;

function describe({ name, short, value, optional, help, helpOf }: CliOption, about: CommandName): string {
  const parameter = value === undefined ? "" : optional ? `[=${value}]` : ` ${value}`;
  return row(`${short ? `-${short}, ` : ""}--${name}${parameter}`, helpOf?.[about] ?? help);
}

/** A word and what it means, the long ones in a line of their own. */
function row(word: string, help: string): string {
  const lines = wrap(help, 80 - column);
  const start = `  ${word}`;
  const first = start.length < column ? start.padEnd(column) + (lines.shift() ?? "") : start;
  return [first, ...lines.map((line) => " ".repeat(column) + line)].map((line) => `${line.trimEnd()}\n`).join("");
}
