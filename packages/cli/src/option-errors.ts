import { nearest } from "@smtpdlint/model";
import { commands, formatsOfCommands, groupsOf, options } from "./options.ts";
import { formats } from "./reporters/index.ts";

export const nearestCommand = (word: string): string | undefined =>
  nearest(
    word,
    commands.map(({ name }) => name),
  );

/** What Node says of an option, in our words. */
export function explainParseError({ message }: Error, argv: readonly string[]): string {
  const [, flag = "", wrong] = /^(?:Unknown option|Option) '(--?[^' ]+)[^']*' ?([^.]*)/.exec(message) ?? [];
  const long = /--[\w-]+/.exec(message)?.[0].slice(2);
  const option = options.find(({ name }) => name === long);
  if (message.startsWith("Unknown option")) return `unknown option ${flag}${hintFor(flag, argv)}`;
  if (option?.value !== undefined) {
    const isAmbiguous = wrong?.includes("ambiguous") ? `; a value that starts with - is written --${long}=VALUE` : "";
    return `--${long} needs ${option.value}${isAmbiguous}`;
  }
  if (option) return `--${long} has no value`;
  return message.split(/[.\n]/, 1)[0] ?? message;
}

/** What people write who know smtpd or another linter. */
const habits: Readonly<Record<string, string>> = {
  "-n": "smtpdlint only checks, as smtpd -n does",
  "-f": "name the file without an option",
  "-v": "--version prints the version",
  "-V": "--version prints the version",
  "-r": "a folder is searched without an option",
  "--recursive": "a folder is searched without an option",
  "--no-color": "write --color never",
  "--colour": "write --color",
  "--dry-run": "write --fix-dry-run",
};

/** What was meant by an option that nobody knows: one of the command's before those of others. */
function hintFor(flag: string, argv: readonly string[]): string {
  const habit = habits[flag];
  if (habit !== undefined) return `: ${habit}`;
  const word = flag.replace(/^-+/, "");
  const command = commands.find(({ name }) => argv.includes(name))?.name ?? "lint";
  const known = (formatsOfCommands[command] ?? formats) as readonly string[];
  if (known.includes(word)) return `: write --format ${word}`;
  if (word.length < 2) return "";
  const own = groupsOf(command).flatMap(({ options }) => options.map(({ name }) => name));
  const meant = nearest(word, own) ?? nearest(word, [...options.map(({ name }) => name), "stdio"]);
  return meant === undefined ? "" : `; did you mean --${meant}?`;
}
