import { newestRelease, oldRelease, releases } from "@smtpdlint/grammar";
import { ruleCategories, severityNames, thresholds } from "@smtpdlint/lint";
import { formats } from "./reporters/index.ts";

/** What the command line asks for; `lint` is what it does where no command is named. */
export type CommandName =
  | "lint"
  | "explain"
  | "trace"
  | "test"
  | "diff"
  | "graph"
  | "migrate"
  | "fmt"
  | "rules"
  | "print-config"
  | "init"
  | "completions"
  | "lsp"
  | "help";

/** One option: how it is read, completed in a shell, and described. */
export interface CliOption {
  readonly name: string;
  readonly short?: string;
  /** What follows it; an option without is on or off. */
  readonly value?: string;
  /** True if the value may be left out; it then needs a `=`. */
  readonly optional?: boolean;
  readonly multiple?: boolean;
  readonly choices?: readonly string[];
  /** The commands that have it; all of them if it is missing. */
  readonly of?: readonly CommandName[];
  readonly help: string;
  /** Where it means something else than in the first of its commands. */
  readonly helpOf?: Partial<Readonly<Record<CommandName, string>>>;
}

/** What is done to files, or else; the first word of the command line, unless it is a file to lint. */
export interface Command {
  readonly name: Exclude<CommandName, "lint">;
  /** What follows it besides options, for the list of commands and to count. */
  readonly parameters: string;
  /** Whole command lines after the name where one is not enough to tell them. */
  readonly usages?: readonly string[];
  readonly help: string;
  /** Command lines to copy, after the name of the program. */
  readonly examples: readonly string[];
  /** When the exit code is 1; undefined if it never is. */
  readonly fails?: string;
}

/** The first is that where none is named. */
export const graphFormats = ["mermaid", "dot", "svg", "html"] as const;
export const listFormats = ["text", "json", "markdown"] as const;
/** The formats of commands that have others than findings have. */
export const formatsOfCommands: Readonly<Record<string, readonly string[]>> = {
  rules: listFormats,
  trace: ["pretty", "json"],
  test: ["pretty", "tap", "junit", "json", "github"],
  diff: ["pretty", "json", "github", "markdown"],
  graph: graphFormats,
  migrate: ["pretty", "json"],
};
/** What makes diff exit with 1, each with all before it. */
export const diffLevels = ["new-relay", "new-accept", "lost", "any"] as const;
export const confirmations = ["pass", "fail", "error"] as const;
export const shells = ["bash", "zsh", "fish", "ksh"] as const;
/** What `init` can write: the folders of `recipes`. */
export const recipeNames = [
  "mx",
  "submission",
  "relay",
  "backup-mx",
  "forwarder",
  "null-client",
  "virtual",
  "virtual-sqlite",
  "virtual-ldap",
  "nat",
  "container",
] as const;

export const commands: readonly Command[] = [
  {
    name: "explain",
    parameters: "RULE",
    help: "explain a rule: what it finds, why, and what to do; of a category, list its rules",
    examples: ["explain open-relay", "explain security"],
  },
  {
    name: "trace",
    parameters: "[FILE]",
    usages: ["--to ADDRESS [option ...] [FILE]", "--smtp [option ...] [FILE]", "--batch FILE"],
    help: "show what smtpd does with a message to --to ADDRESS, and why; without FILE, with this machine's smtpd.conf",
    examples: [
      "trace smtpd.conf --to bob@example.org",
      "trace smtpd.conf --to ann@example.net --auth bob --port 587",
      "trace --root fs --to bob@example.org --client 203.0.113.5",
    ],
    fails: "the outcome is not what --expect says",
  },
  {
    name: "test",
    parameters: "[FILE | DIR] ...",
    help: "run policy tests, smtpd.test and NAME.smtpd.test, which say how messages are to be treated",
    examples: ["test", "test smtpd.test --coverage", "test --format junit --output report.xml hosts"],
    fails: "a test fails, or too little is covered",
  },
  {
    name: "diff",
    parameters: "OLD [NEW]",
    usages: [
      "[option ...] OLD NEW",
      "[option ...] --git REVISION FILE",
      "[option ...] --old-target RELEASE FILE",
      "[option ...] --fleet DIR ...",
    ],
    help: "prove what a change of the configuration does to mail, between two files or since a git revision (--git)",
    examples: [
      "diff smtpd.conf.old smtpd.conf",
      "diff --git HEAD smtpd.conf",
      "diff --fleet hosts/mx1 hosts/mx2",
      "diff --old-target 6.0 before-6.4.conf smtpd.conf",
    ],
    fails: "there is a difference as --fail-on says, or something is not proved",
  },
  {
    name: "graph",
    parameters: "[FILE]",
    help: "draw the ways of mail from listeners to destinations, and who may take them",
    examples: ["graph smtpd.conf --output flow.svg", 'graph smtpd.conf --for "from 203.0.113.5 to bob@example.org"'],
  },
  {
    name: "migrate",
    parameters: "FILE",
    help: "write a configuration from before 6.4, with accept and reject, in today's language, and say what a person must read",
    examples: ["migrate smtpd.conf.old --output smtpd.conf", "migrate --from 6.8 --target 7.8 --diff smtpd.conf"],
    fails: "a person must read what is announced",
  },
  {
    name: "fmt",
    parameters: "FILE ...",
    usages: ["[--check] [--diff] [option ...] FILE | DIR | - ..."],
    help: "format files in place: spaces and indentation",
    examples: ["fmt smtpd.conf", "fmt --check --diff hosts"],
    fails: "with --check, a file would change",
  },
  {
    name: "rules",
    parameters: "",
    help: "list all rules with their severities",
    examples: ["rules", "rules --format json"],
  },
  {
    name: "print-config",
    parameters: "FILE",
    help: "show the settings that apply to a file, and where they are set",
    examples: ["print-config smtpd.conf"],
  },
  {
    name: "init",
    parameters: "[RECIPE [DIR]]",
    usages: ["", "--tests [option ...] [FILE]", "RECIPE [option ...] [DIR]"],
    help: `write a commented .smtpdlintrc.json; with a recipe, write smtpd.conf, its tables and tests: ${recipeNames.join(", ")}; with --tests and a FILE, first tests for it`,
    examples: ["init", "init --tests smtpd.conf", "init mx new --domain example.com --account ann"],
  },
  {
    name: "completions",
    parameters: "SHELL",
    help: `print a completion script for ${shells.join(", ")}`,
    examples: ["completions ksh"],
  },
  { name: "lsp", parameters: "", help: "run as language server on standard input and output", examples: ["lsp"] },
  {
    name: "help",
    parameters: "[COMMAND]",
    help: "show the options and examples of a command, as COMMAND --help does",
    examples: ["help trace"],
  },
];

/** Commands that read a configuration and follow mail through it. */
const ofPolicy: readonly CommandName[] = ["trace", "test", "diff", "graph", "migrate"];
const linting: readonly CommandName[] = ["lint"];

/** In groups, as `--help` shows them. */
export const optionGroups: readonly {
  readonly title: string;
  readonly options: readonly CliOption[];
}[] = [
  {
    title: "input",
    options: [
      {
        name: "target",
        of: ["lint", ...ofPolicy, "init", "print-config"],
        value: "RELEASE",
        choices: releases,
        help: `the OpenSMTPD release that will read the file: ${releases[0]} to ${newestRelease} (default: ${newestRelease}); overrides a comment "# smtpdlint target=6.8", which overrides the configuration file`,
      },
      {
        name: "root",
        of: ["lint", ...ofPolicy, "init", "print-config"],
        value: "DIR",
        help: "treat DIR as / for include and table paths; read nothing outside it",
      },
      {
        name: "on-host",
        of: ["lint", "trace", "graph", "migrate", "print-config"],
        help: "also check this machine: files, certificates, interfaces, services and users",
      },
      {
        name: "define",
        of: ["lint", ...ofPolicy, "init"],
        short: "D",
        value: "NAME=VALUE",
        multiple: true,
        help: "define a macro, as smtpd -D does",
      },
      {
        name: "exclude",
        of: ["lint", "test", "fmt"],
        value: "PATTERN",
        multiple: true,
        help: "when searching a folder, skip files that match PATTERN (.gitignore syntax); .gitignore files are honoured as well",
      },
      {
        name: "stdin-filename",
        of: ["lint", "trace", "graph", "migrate", "fmt"],
        value: "FILE",
        help: "name to report for standard input",
      },
      {
        name: "config",
        of: ["lint", ...ofPolicy, "init", "fmt", "rules", "print-config"],
        value: "FILE",
        help: "read FILE instead of the .smtpdlintrc.json beside or above the linted file",
      },
      {
        name: "no-config",
        of: ["lint", ...ofPolicy, "init", "fmt", "rules", "print-config"],
        help: "read no configuration file",
      },
      { name: "watch", of: ["lint", "test"], short: "w", help: "check again whenever a file that was read changes" },
    ],
  },
  {
    title: "findings",
    options: [
      {
        name: "rule",
        of: ["lint", "rules", "print-config"],
        value: "ID=SEVERITY",
        multiple: true,
        help: `the severity of a rule, or of all rules of a category (${ruleCategories.join(", ")}): ${severityNames.join(", ")}; overrides the configuration file`,
      },
      {
        name: "fail-on",
        of: ["lint", "diff", "print-config"],
        value: "SEVERITY",
        choices: [...thresholds, ...diffLevels],
        help: `exit 1 if a finding has this severity or a higher one (default: an error, or a warning about security)`,
        helpOf: { diff: `exit 1 at this difference, or a worse one: ${diffLevels.join(", ")} (default: any)` },
      },
      { name: "max-warnings", of: linting, value: "N", help: "exit 1 if there are more than N warnings" },
      { name: "quiet", of: ["lint", "migrate"], short: "q", help: "show only errors and what makes the run fail" },
      { name: "hints", of: linting, help: "also show hints" },
      {
        name: "statistics",
        of: linting,
        help: "count the findings of each rule, and name the files or hosts that have them",
      },
      { name: "list-rules", of: linting, help: "list all rules, as the command rules does" },
    ],
  },
  {
    title: "fixes",
    options: [
      {
        name: "fix",
        of: linting,
        value: "unsafe",
        optional: true,
        choices: ["safe", "unsafe"],
        help: "apply safe fixes; =unsafe also applies those that may not be what you meant; with - write the result to standard output",
      },
      {
        name: "fix-dry-run",
        of: linting,
        value: "unsafe",
        optional: true,
        choices: ["safe", "unsafe"],
        help: "show as a diff what --fix would change",
      },
      {
        name: "suppress-all",
        of: linting,
        help: "start on an existing file: write comments that suppress all present findings except those that make smtpd refuse the file",
      },
      { name: "tests", of: ["init"], help: "write tests beside FILE (default: smtpd.conf)" },
      { name: "check", of: ["fmt"], help: "list the files that would change, and exit 1 if there are any" },
      { name: "diff", of: ["fmt", "migrate"], help: "show as a diff what would change" },
      { name: "write", of: ["migrate"], help: "write the result in place of the file and of those that it includes" },
    ],
  },
  {
    title: "message (default: ordinary mail from outside)",
    options: [
      { name: "to", of: ["trace"], value: "ADDRESS", multiple: true, help: "a recipient" },
      {
        name: "from",
        of: ["trace", "migrate"],
        value: "ADDRESS",
        help: "the sender; empty for the null sender",
        helpOf: { migrate: "the release that FILE is written for, from 6.4 on (default: pre-6.4 syntax)" },
      },
      { name: "client", of: ["trace"], value: "ADDRESS", help: "the address of the client, or local for the socket" },
      { name: "rdns", of: ["trace"], value: "NAME", help: "the client's name, or none" },
      {
        name: "fcrdns",
        of: ["trace"],
        value: "WORD",
        choices: confirmations,
        help: "whether that name leads back: pass, fail or error",
      },
      { name: "helo", of: ["trace"], value: "NAME", help: "what the client calls itself" },
      { name: "port", of: ["trace"], value: "PORT", help: "of the listener" },
      { name: "tag", of: ["trace"], value: "TAG", help: "of the listener" },
      { name: "listener", of: ["trace"], value: "N", help: "the listener, counted from 1" },
      { name: "socket", of: ["trace"], help: "by the socket, as sendmail does" },
      { name: "tls", of: ["trace"], help: "at a listener with TLS; without it, TLS where it is offered" },
      { name: "no-tls", of: ["trace"], help: "without TLS" },
      { name: "auth", of: ["trace"], value: "USER", help: "logged in as USER, with the right password" },
      { name: "message", of: ["trace"], value: "FILE", help: "the message itself, as in an .eml file" },
      { name: "bounce", of: ["trace"], help: "as smtpd sends its own notices: by the socket, from nobody" },
      {
        name: "assume",
        of: ["trace"],
        value: "FILTER=ANSWER",
        multiple: true,
        help: "what a program that filters does: pass, junk, reject or disconnect, with a reply after a colon",
      },
      {
        name: "user",
        of: ["trace"],
        value: "NAME",
        multiple: true,
        help: "a user that the machine has; others are not known",
      },
      {
        name: "expect",
        of: ["trace"],
        value: "WORDS",
        help: "exit 1 unless the outcome of each recipient contains these words",
      },
      { name: "why", of: ["trace"], value: "N", help: "only what the match rule number N says" },
      { name: "smtp", of: ["trace"], help: "read the lines of a client from standard input, and answer them" },
      {
        name: "batch",
        of: ["trace"],
        value: "FILE",
        help: "answer questions in JSON lines, each with its configuration and machine",
      },
    ],
  },
  {
    title: "which tests, and coverage",
    options: [
      {
        name: "run",
        of: ["test"],
        value: "TEXT",
        help: "only those with TEXT in their line or in the name of their group",
      },
      { name: "update", of: ["test"], help: "write what happens now into lines with nothing after =>" },
      { name: "coverage", of: ["test"], help: "list the statements of the configuration that no passing test reaches" },
      {
        name: "min-coverage",
        of: ["test"],
        value: "N",
        help: "exit 1 if passing tests reach less than N percent of them",
      },
      { name: "lcov", of: ["test"], value: "FILE", help: "write which statements are reached, as lcov does" },
    ],
  },
  {
    title: "what is compared",
    options: [
      {
        name: "git",
        of: ["diff"],
        value: "REVISION",
        help: "the old side: FILE, its includes and its tables in this revision of git",
      },
      {
        name: "old-target",
        of: ["diff"],
        value: "RELEASE",
        choices: [oldRelease, ...releases],
        help: `the release that reads the old side; with one file, what an upgrade changes; ${oldRelease} for pre-6.4 syntax`,
      },
      {
        name: "fleet",
        of: ["diff"],
        help: "compare several hosts, each a DIR that stands for its /, or a file: which do the same, and what differs on the others",
      },
      {
        name: "allow",
        of: ["diff"],
        value: "FILE",
        help: "differences that are expected, in the words of policy tests",
      },
    ],
  },
  {
    title: "what is drawn",
    options: [
      {
        name: "for",
        of: ["graph"],
        value: "MESSAGE",
        help: 'only the way of one message, in the words of policy tests: --for "from 203.0.113.5 to bob@example.org"',
      },
    ],
  },
  {
    title: "names in the recipe",
    options: [
      { name: "domain", of: ["init"], value: "NAME", help: "the domain of the mail addresses; example.org without it" },
      {
        name: "hostname",
        of: ["init"],
        value: "NAME",
        help: "the name of the server in DNS; by default mail and the domain",
      },
      { name: "server", of: ["init"], value: "NAME", help: "the server that mail is handed to: the smarthost" },
      {
        name: "account",
        of: ["init"],
        value: "NAME",
        help: "the account that reads the mail of root; alice without it",
      },
    ],
  },
  {
    title: "output",
    options: [
      {
        name: "format",
        of: ["lint", "rules", ...ofPolicy],
        value: "FORMAT",
        multiple: true,
        choices: formats,
        help: formats.join(", "),
        helpOf: Object.fromEntries(Object.entries(formatsOfCommands).map(([name, own]) => [name, own.join(", ")])),
      },
      {
        name: "output",
        of: ["lint", "rules", ...ofPolicy],
        short: "o",
        value: "FILE",
        multiple: true,
        help: "write the output to FILE, in the preceding --format or in that which the end of its name says; repeat both for several reports",
      },
      { name: "color", value: "WHEN", choices: ["auto", "always", "never"], help: "auto, always or never" },
      { name: "version", help: "print the version" },
      { name: "help", short: "h", help: "print this help" },
    ],
  },
];

export const options: readonly CliOption[] = optionGroups.flatMap((group) => group.options);

/** The options that a command has, in their groups. */
export const groupsOf = (command: CommandName): typeof optionGroups =>
  optionGroups
    .map(({ title, options }) => ({ title, options: options.filter((option) => hasOption(command, option)) }))
    .filter(({ options }) => options.length > 0);

export const hasOption = (command: CommandName, { of }: CliOption): boolean => of?.includes(command) ?? true;
