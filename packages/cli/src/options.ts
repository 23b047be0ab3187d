import { newestRelease, oldRelease, releases } from "@smtpdlint/grammar";
import { ruleCategories, severityNames, thresholds } from "@smtpdlint/lint";
import { formats } from "./reporters/index.ts";

/** One option: how it is read, completed in a shell, and described. */
export interface CliOption {
  readonly name: string;
  readonly short?: string;
  /** What stands after it; an option without is on or off. */
  readonly value?: string;
  /** True if the value may be left out; it then needs a `=`. */
  readonly optional?: boolean;
  readonly multiple?: boolean;
  readonly choices?: readonly string[];
  /** A command that has it besides that of its group. */
  readonly also?: "migrate";
  readonly help: string;
}

/** What is done to files, or else; the first word of the command line, unless it is a file to lint. */
export interface Command {
  readonly name: string;
  readonly parameters: string;
  readonly help: string;
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
  { name: "explain", parameters: "RULE", help: "explain a rule: what it finds, why, and what to do" },
  {
    name: "trace",
    parameters: "[FILE]",
    help: "show what smtpd does with a message to --to ADDRESS, and why; without FILE, with this machine's smtpd.conf",
  },
  {
    name: "test",
    parameters: "[FILE | DIR] ...",
    help: "run policy tests, smtpd.test and NAME.smtpd.test, which say how messages are to be treated",
  },
  {
    name: "diff",
    parameters: "OLD [NEW]",
    help: "prove what a change of the configuration does to mail, between two files or since a git revision (--git)",
  },
  {
    name: "graph",
    parameters: "[FILE]",
    help: "draw the ways of mail from listeners to destinations, and who may take them",
  },
  {
    name: "migrate",
    parameters: "FILE",
    help: "write a configuration from before 6.4, with accept and reject, in today's language, and say what a person must read",
  },
  { name: "fmt", parameters: "FILE ...", help: "format files in place: spaces and indentation" },
  { name: "rules", parameters: "", help: "list all rules with their severities" },
  { name: "print-config", parameters: "FILE", help: "show the settings that apply to a file, and where they are set" },
  {
    name: "init",
    parameters: "[RECIPE [DIR]]",
    help: `write a commented .smtpdlintrc.json; with a recipe, write smtpd.conf, its tables and tests: ${recipeNames.join(", ")}; with --tests and a FILE, first tests for it`,
  },
  { name: "completions", parameters: "SHELL", help: `print a completion script for ${shells.join(", ")}` },
  { name: "lsp", parameters: "", help: "run as language server on standard input and output" },
];

/** In groups, as `--help` shows them. */
export const optionGroups: readonly {
  readonly title: string;
  /** The one command that has them; without it they are of several. */
  readonly command?: "trace" | "test" | "diff" | "graph" | "init";
  readonly options: readonly CliOption[];
}[] = [
  {
    title: "input",
    options: [
      {
        name: "target",
        value: "RELEASE",
        choices: releases,
        help: `the OpenSMTPD release that will read the file: ${releases[0]} to ${newestRelease} (default: ${newestRelease}); overrides a comment "# smtpdlint target=6.8", which overrides the configuration file`,
      },
      {
        name: "root",
        value: "DIR",
        help: "treat DIR as / for include and table paths; read nothing outside it",
      },
      {
        name: "on-host",
        help: "also check this machine: files, certificates, interfaces, services and users",
      },
      { name: "define", short: "D", value: "NAME=VALUE", multiple: true, help: "define a macro, as smtpd -D does" },
      {
        name: "exclude",
        value: "PATTERN",
        multiple: true,
        help: "when searching a folder, skip files that match PATTERN (.gitignore syntax); .gitignore files are honoured as well",
      },
      { name: "stdin-filename", value: "FILE", help: "name to report for standard input" },
      {
        name: "config",
        value: "FILE",
        help: "read FILE instead of the .smtpdlintrc.json beside or above the linted file",
      },
      { name: "no-config", help: "read no configuration file" },
      { name: "watch", short: "w", help: "check again whenever a file that was read changes" },
    ],
  },
  {
    title: "findings",
    options: [
      {
        name: "rule",
        value: "ID=SEVERITY",
        multiple: true,
        help: `the severity of a rule, or of all rules of a category (${ruleCategories.join(", ")}): ${severityNames.join(", ")}; overrides the configuration file`,
      },
      {
        name: "fail-on",
        value: "SEVERITY",
        choices: [...thresholds, ...diffLevels],
        help: `exit 1 if a finding has this severity or a higher one (default: an error, or a warning about security); of diff: ${diffLevels.join(", ")}, each with what is before it`,
      },
      { name: "max-warnings", value: "N", help: "exit 1 if there are more than N warnings" },
      { name: "quiet", short: "q", help: "show only errors and what makes the run fail" },
      { name: "hints", help: "also show hints" },
      { name: "statistics", help: "count the findings of each rule, and name the files or hosts that have them" },
      { name: "list-rules", help: "list all rules, as the command rules does" },
    ],
  },
  {
    title: "fixes",
    options: [
      {
        name: "fix",
        value: "unsafe",
        optional: true,
        choices: ["safe", "unsafe"],
        help: "apply safe fixes; =unsafe also applies those that may not be what you meant; with - write the result to standard output",
      },
      {
        name: "fix-dry-run",
        value: "unsafe",
        optional: true,
        choices: ["safe", "unsafe"],
        help: "show as a diff what --fix would change",
      },
      {
        name: "suppress-all",
        help: "start on an existing file: write comments that suppress all present findings except those that make smtpd refuse the file",
      },
      { name: "tests", help: "init: write tests beside FILE (default: smtpd.conf)" },
      { name: "check", help: "fmt: list the files that would change, and exit 1 if there are any" },
      { name: "diff", help: "fmt and migrate: show what would change" },
      { name: "write", help: "migrate: write the result in place of the file and of those that it includes" },
    ],
  },
  {
    title: "trace: the message (default: ordinary mail from outside)",
    command: "trace",
    options: [
      { name: "to", value: "ADDRESS", multiple: true, help: "a recipient" },
      {
        name: "from",
        value: "ADDRESS",
        also: "migrate",
        help: "the sender; empty for the null sender; of migrate, the release that FILE is written for, from 6.4 on (default: pre-6.4 syntax)",
      },
      { name: "client", value: "ADDRESS", help: "the address of the client, or local for the socket" },
      { name: "rdns", value: "NAME", help: "the client's name, or none" },
      {
        name: "fcrdns",
        value: "WORD",
        choices: confirmations,
        help: "whether that name leads back: pass, fail or error",
      },
      { name: "helo", value: "NAME", help: "what the client calls itself" },
      { name: "port", value: "PORT", help: "of the listener" },
      { name: "tag", value: "TAG", help: "of the listener" },
      { name: "listener", value: "N", help: "the listener, counted from 1" },
      { name: "socket", help: "by the socket, as sendmail does" },
      { name: "tls", help: "at a listener with TLS; without it, TLS where it is offered" },
      { name: "no-tls", help: "without TLS" },
      { name: "auth", value: "USER", help: "logged in as USER, with the right password" },
      { name: "message", value: "FILE", help: "the message itself, as in an .eml file" },
      { name: "bounce", help: "as smtpd sends its own notices: by the socket, from nobody" },
      {
        name: "assume",
        value: "FILTER=ANSWER",
        multiple: true,
        help: "what a program that filters does: pass, junk, reject or disconnect, with a reply after a colon",
      },
      { name: "user", value: "NAME", multiple: true, help: "a user that the machine has; others are not known" },
      { name: "expect", value: "WORDS", help: "exit 1 unless the outcome of each recipient contains these words" },
      { name: "why", value: "N", help: "only what the match rule number N says" },
      { name: "smtp", help: "read the lines of a client from standard input, and answer them" },
      { name: "batch", value: "FILE", help: "answer questions in JSON lines, each with its configuration and machine" },
    ],
  },
  {
    title: "test: which tests, and coverage",
    command: "test",
    options: [
      { name: "run", value: "TEXT", help: "only those with TEXT in their line or in the name of their group" },
      { name: "update", help: "write what happens now into lines with nothing after =>" },
      { name: "coverage", help: "list the statements of the configuration that no passing test reaches" },
      { name: "min-coverage", value: "N", help: "exit 1 if passing tests reach less than N percent of them" },
      { name: "lcov", value: "FILE", help: "write which statements are reached, as lcov does" },
    ],
  },
  {
    title: "diff: what is compared",
    command: "diff",
    options: [
      {
        name: "git",
        value: "REVISION",
        help: "the old side: FILE, its includes and its tables in this revision of git",
      },
      {
        name: "old-target",
        value: "RELEASE",
        choices: [oldRelease, ...releases],
        help: `the release that reads the old side; with one file, what an upgrade changes; ${oldRelease} for pre-6.4 syntax`,
      },
      {
        name: "fleet",
        help: "compare several hosts, each a DIR that stands for its /, or a file: which do the same, and what differs on the others",
      },
      { name: "allow", value: "FILE", help: "differences that are expected, in the words of policy tests" },
    ],
  },
  {
    title: "graph",
    command: "graph",
    options: [
      {
        name: "for",
        value: "MESSAGE",
        help: 'only the way of one message, in the words of policy tests: --for "from 203.0.113.5 to bob@example.org"',
      },
    ],
  },
  {
    title: "init: names in the recipe",
    command: "init",
    options: [
      { name: "domain", value: "NAME", help: "the domain of the mail addresses; example.org without it" },
      { name: "hostname", value: "NAME", help: "the name of the server in DNS; by default mail and the domain" },
      { name: "server", value: "NAME", help: "the server that mail is handed to: the smarthost" },
      { name: "account", value: "NAME", help: "the account that reads the mail of root; alice without it" },
    ],
  },
  {
    title: "output",
    options: [
      {
        name: "format",
        value: "FORMAT",
        multiple: true,
        choices: formats,
        help: `${formats.join(", ")}; of rules: ${listFormats.join(", ")}; of diff also markdown; of graph: ${graphFormats.join(", ")}`,
      },
      {
        name: "output",
        short: "o",
        value: "FILE",
        multiple: true,
        help: "write the output of the preceding --format to FILE; repeat --format and -o for several reports",
      },
      { name: "color", value: "WHEN", choices: ["auto", "always", "never"], help: "auto, always or never" },
      { name: "version", help: "print the version" },
      { name: "help", short: "h", help: "print this help" },
    ],
  },
];

export const options: readonly CliOption[] = optionGroups.flatMap((group) => group.options);
