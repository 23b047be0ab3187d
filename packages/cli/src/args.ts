import { parseArgs as parse } from "node:util";
import { explainUnknownRule, type Severity, type SeverityName, severityNames } from "@smtpdlint/analysis";
import { newestRelease, parseRelease, type Release, releases } from "@smtpdlint/grammar";
import { type Format, formats } from "./formatters/index.ts";

export interface Arguments {
  readonly paths: readonly string[];
  readonly outputs: readonly Output[];
  readonly target: Release | undefined;
  readonly root: string | undefined;
  readonly onHost: boolean;
  readonly macros: ReadonlyMap<string, string>;
  readonly stdinFilename: string;
  readonly color: "auto" | "always" | "never";
  readonly quiet: boolean;
  readonly hints: boolean;
  /** A configuration file in place of the one that is found; false for none. */
  readonly config: string | false | undefined;
  /** Severities by the id of the rule. */
  readonly rules: Readonly<Record<string, SeverityName>>;
  /** Findings of this severity or a graver one make the run fail. */
  readonly failOn: Severity;
  readonly maxWarnings: number | undefined;
  readonly fix: FixMode | undefined;
  /** Of fmt: what is not well formatted is listed, shown as a diff, or both, and not written. */
  readonly check: boolean;
  readonly diff: boolean;
  readonly action: "lint" | "fmt" | "help" | "version" | "list-rules" | "explain" | "lsp";
}

/** A format, and the file to write; standard output if there is none. */
export interface Output {
  readonly format: Format;
  readonly file: string | undefined;
}

export interface FixMode {
  readonly unsafe: boolean;
  /** Shows what would change and writes nothing. */
  readonly dryRun: boolean;
}

/** The gravest first. */
export const severities = ["error", "warning", "info", "hint"] as const satisfies readonly Severity[];

/** Wrong usage: exit code 2. */
export class UsageError extends Error {}

export const usage = `usage: smtpdlint [option ...] [FILE | DIR | -] ...
       smtpdlint explain RULE
       smtpdlint fmt [--check] [--diff] FILE | DIR | - ...
       smtpdlint lsp

Finds mistakes in smtpd.conf, the configuration of OpenSMTPD.
Without a file it reads /etc/mail/smtpd.conf or /etc/smtpd.conf; - is standard input.

what is read, and how
  --target RELEASE       the release of OpenSMTPD that will read the file:
                         ${releases[0]} to ${newestRelease}, by default ${newestRelease}; wins over a comment
                         "# smtpdlint target=6.8", which wins over the configuration file
  --root DIR             look absolute paths of includes and tables up under DIR,
                         and read nothing outside it
  --on-host              say what smtpd -n says on this machine: look at its
                         files, certificates, interfaces, services and users
  -D, --define NAME=VALUE  define a macro, as smtpd -D does
  --stdin-filename FILE  what to call standard input
  --config FILE          instead of .smtpdlintrc.json beside or above the linted file
  --no-config            read no configuration file

what is found
  --rule ID=SEVERITY     ${severityNames.join(", ")}; wins over the configuration file
  --fail-on SEVERITY     exit with 1 from this severity on, by default error
  --max-warnings N       exit with 1 if there are more than N warnings
  --quiet                show errors only
  --hints                show hints too
  --list-rules           list all rules
  explain RULE           what a rule finds, why, and what to do
  lsp                    be the language server of an editor, over standard input and output

what is done about it
  --fix                  apply the safe fixes; with - write the result to standard output
  --fix=unsafe           apply also those that may not be what you meant
  --fix-dry-run[=unsafe] show as a diff what would change

what fmt does
                         tidy blanks and indentation in place; with - write the
                         result to standard output; includes are left alone
  --check                list the files that would change, and exit with 1 if any would
  --diff                 show what would change

how it looks
  --format FORMAT        ${formats.slice(0, 6).join(", ")},
                         ${formats.slice(6).join(", ")}
  -o, --output FILE      where the --format before it goes; without it, standard
                         output. Both may be given several times
  --color WHEN           auto, always or never
  --version
  --help

exit code: 0 nothing to complain about, 1 findings, 2 wrong usage, unreadable input
or a fix that could not be written, 3 internal error
`;

/** Reads the command line; throws a UsageError that says what is wrong with it. */
export function parseArguments(argv: readonly string[]): Arguments {
  const { values, positionals, tokens } = parseOrThrow(argv);
  const target = values.target === undefined ? undefined : parseRelease(values.target);
  if (values.target !== undefined && target === undefined) {
    throw new UsageError(`unknown release ${values.target}: known are ${releases.join(", ")}`);
  }
  if (values.root !== undefined && values["on-host"]) throw new UsageError("either --root or --on-host, not both");
  return {
    paths: positionals,
    outputs: readOutputs(tokens),
    target,
    root: values.root,
    onHost: values["on-host"] ?? false,
    macros: new Map((values.define ?? []).map(splitDefinition)),
    stdinFilename: values["stdin-filename"] ?? "<stdin>",
    color: choose("color", values.color ?? "auto", ["auto", "always", "never"]),
    quiet: values.quiet ?? false,
    hints: values.hints ?? false,
    config: values["no-config"] ? false : values.config,
    rules: Object.fromEntries((values.rule ?? []).map(splitRule)),
    failOn: choose("fail-on", values["fail-on"] ?? "error", severities),
    maxWarnings: values["max-warnings"] === undefined ? undefined : readCount("max-warnings", values["max-warnings"]),
    fix: readFixMode(values.fix, values["fix-dry-run"]),
    check: values.check ?? false,
    diff: values.diff ?? false,
    action: chooseAction(values, positionals),
  };
}

function chooseAction(
  values: { help?: boolean; version?: boolean; "list-rules"?: boolean; check?: boolean; diff?: boolean },
  [first, ...rest]: readonly string[],
): Arguments["action"] {
  if (values.help) return "help";
  if (values.version) return "version";
  if (values["list-rules"]) return "list-rules";
  if (first === "fmt") {
    if (rest.length === 0) throw new UsageError("fmt needs a file; a file of this name is ./fmt");
    return "fmt";
  }
  if (values.check || values.diff) throw new UsageError("--check and --diff belong to fmt");
  if (first === "lsp") {
    if (rest.length > 0) throw new UsageError("lsp takes no file; a file of this name is ./lsp");
    return "lsp";
  }
  if (first !== "explain") return "lint";
  if (rest.length !== 1) throw new UsageError("explain needs the id of one rule; a file of this name is ./explain");
  return "explain";
}

function parseOrThrow(argv: readonly string[]) {
  try {
    return parse({
      args: argv.map((word) => (/^--fix(-dry-run)?$/.test(word) ? `${word}=safe` : word)),
      allowPositionals: true,
      tokens: true,
      options: {
        check: { type: "boolean" },
        color: { type: "string" },
        config: { type: "string" },
        define: { type: "string", short: "D", multiple: true },
        diff: { type: "boolean" },
        "fail-on": { type: "string" },
        fix: { type: "string" },
        "fix-dry-run": { type: "string" },
        format: { type: "string", multiple: true },
        help: { type: "boolean", short: "h" },
        hints: { type: "boolean" },
        "list-rules": { type: "boolean" },
        "max-warnings": { type: "string" },
        "no-config": { type: "boolean" },
        "on-host": { type: "boolean" },
        output: { type: "string", short: "o", multiple: true },
        quiet: { type: "boolean", short: "q" },
        root: { type: "string" },
        rule: { type: "string", multiple: true },
        "stdin-filename": { type: "string" },
        stdio: { type: "boolean" },
        target: { type: "string" },
        version: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function choose<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (!found) throw new UsageError(`--${option} must be one of ${choices.join(", ")}, not ${value}`);
  return found;
}

/** `--output` is about the `--format` before it. */
function readOutputs(tokens: ReturnType<typeof parseOrThrow>["tokens"]): Output[] {
  const outputs: { format: Format; file: string | undefined }[] = [];
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    if (token.name === "format") {
      outputs.push({ format: choose("format", token.value ?? "", formats), file: undefined });
    } else if (token.name === "output") {
      const last = outputs.at(-1);
      if (!last || last.file !== undefined) throw new UsageError("--output needs a --format before it");
      last.file = token.value;
    }
  }
  if (outputs.filter(({ file }) => file === undefined).length > 1) {
    throw new UsageError("only one --format can go to standard output; give the others an --output");
  }
  return outputs.length > 0 ? outputs : [{ format: "pretty", file: undefined }];
}

/** smtpd.c splits at the last `=`. */
function splitDefinition(text: string): [string, string] {
  const at = text.lastIndexOf("=");
  if (at === -1) throw new UsageError(`--define needs NAME=VALUE, not ${text}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function splitRule(text: string): [string, SeverityName] {
  const [, id, name] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (id === undefined || name === undefined) throw new UsageError(`--rule needs ID=SEVERITY, not ${text}`);
  const unknown = explainUnknownRule(id);
  if (unknown) throw new UsageError(unknown);
  return [id, choose(`rule ${id}`, name, severityNames)];
}

function readCount(option: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new UsageError(`--${option} needs a number, not ${text}`);
  return Number(text);
}

function readFixMode(fix: string | undefined, dryRun: string | undefined): FixMode | undefined {
  if (fix !== undefined && dryRun !== undefined) throw new UsageError("--fix and --fix-dry-run exclude each other");
  const value = fix ?? dryRun;
  if (value === undefined) return undefined;
  const option = fix === undefined ? "fix-dry-run" : "fix";
  return { unsafe: choose(option, value, ["safe", "unsafe"]) === "unsafe", dryRun: fix === undefined };
}
