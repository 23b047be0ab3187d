import { type ParseArgsConfig, parseArgs as parse } from "node:util";
import { oldRelease, parseRelease, type Release, releases } from "@smtpdlint/grammar";
import {
  expandCategories,
  explainUnknownRule,
  type Severity,
  type SeverityName,
  severityNames,
  thresholds,
} from "@smtpdlint/lint";
import { nearest } from "@smtpdlint/model";
import type { MessageDescription } from "@smtpdlint/policy";
import { explainParseError, nearestCommand } from "./option-errors.ts";
import {
  type CommandName,
  commands,
  confirmations,
  diffLevels,
  formatsOfCommands,
  type graphFormats,
  hasOption,
  type listFormats,
  options,
  shells,
} from "./options.ts";
import { type RecipeNames, readRecipeNames } from "./recipe-names.ts";
import { type Format, formats } from "./reporters/index.ts";
import { UsageError } from "./usage-error.ts";

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
  /** Counts in place of findings. */
  readonly statistics: boolean;
  /** A configuration file in place of the one that is found; false for none. */
  readonly config: string | false | undefined;
  /** Severities by the id of the rule; those of categories are among them. */
  readonly rules: Readonly<Record<string, SeverityName>>;
  /** Findings of this severity or a graver one make the run fail; undefined for errors and what is unsafe. */
  readonly failOn: Severity | undefined;
  readonly maxWarnings: number | undefined;
  readonly fix: FixMode | undefined;
  /** Writes comments that suppress what is found. */
  readonly suppressAll: boolean;
  /** Of fmt: what is not well formatted is listed, shown as a diff, or both, and not written; migrate has the diff, too. */
  readonly check: boolean;
  readonly diff: boolean;
  /** Of migrate: the release that the file is for; undefined for the language before 6.4. */
  readonly from: Release | undefined;
  /** Of migrate: the result takes the place of the files. */
  readonly write: boolean;
  readonly exclude: readonly string[];
  readonly watch: boolean;
  readonly trace: TraceArguments;
  readonly test: TestArguments;
  /** Of init: writes tests. */
  readonly initTests: boolean;
  /** Of init: the names in a recipe. */
  readonly names: RecipeNames;
  readonly difference: DiffArguments;
  /** Of graph: a message in the words of policy tests. */
  readonly graph: { readonly message: string | undefined };
  readonly action: CommandName | "version";
  /** Of help: the command that it is about. */
  readonly about: CommandName;
}

/** Of trace. */
export interface TraceArguments {
  readonly message: MessageDescription;
  readonly messageFile: string | undefined;
  readonly assumed: readonly string[];
  readonly users: readonly string[];
  readonly expected: string | undefined;
  /** The number of a match rule. */
  readonly why: number | undefined;
  readonly smtp: boolean;
  /** A file, or - for standard input. */
  readonly batch: string | undefined;
}

/** Of test. */
export interface TestArguments {
  /** Text in the line or group of the tests to run. */
  readonly run: string | undefined;
  readonly update: boolean;
  readonly coverage: boolean;
  /** In percent. */
  readonly minCoverage: number | undefined;
  readonly lcovFile: string | undefined;
}

/** Of diff. */
export interface DiffArguments {
  /** Of git. */
  readonly revision: string | undefined;
  readonly oldTarget: Release | undefined;
  readonly failOn: (typeof diffLevels)[number];
  /** Several hosts are compared. */
  readonly fleet: boolean;
  /** A file with differences that are expected. */
  readonly allowFile: string | undefined;
}

/** A format, and the file to write; standard output if there is none. */
export interface Output {
  readonly format: Format | (typeof listFormats)[number] | (typeof graphFormats)[number];
  readonly file: string | undefined;
}

export interface FixMode {
  readonly unsafe: boolean;
  /** Shows what would change and writes nothing. */
  readonly dryRun: boolean;
}

/** What an option was given as. */
class Values {
  constructor(private readonly values: Readonly<Record<string, unknown>>) {}

  has(name: string): boolean {
    return this.values[name] === true;
  }

  text(name: string): string | undefined {
    return this.values[name] as string | undefined;
  }

  texts(name: string): readonly string[] {
    return (this.values[name] as string[] | undefined) ?? [];
  }
}

/** Reads the command line; throws a UsageError that says what is wrong with it. */
export function parseArguments(argv: readonly string[]): Arguments {
  const { values: found, positionals, tokens } = parseOrThrow(argv);
  const values = new Values(found);
  const empty = options.find(({ name, value }) => value && name !== "from" && found[name] === "");
  if (empty) throw new UsageError(`--${empty.name} needs ${empty.value}: is a variable of the script not set?`);
  if (positionals.includes("")) throw new UsageError("a file name is empty: is a variable of the script not set?");
  const action = chooseAction(values, positionals);
  rejectForeign(found, action, positionals);
  const args: Arguments = {
    paths: positionals,
    outputs: readOutputs(tokens, action),
    target: readTarget(values.text("target")),
    root: values.text("root"),
    onHost: values.has("on-host"),
    macros: new Map(values.texts("define").map(splitDefinition)),
    stdinFilename: values.text("stdin-filename") ?? "<stdin>",
    color: choose("color", values.text("color") ?? "auto", ["auto", "always", "never"]),
    quiet: values.has("quiet"),
    hints: values.has("hints"),
    statistics: values.has("statistics"),
    config: values.has("no-config") ? false : values.text("config"),
    rules: expandCategories(Object.fromEntries(values.texts("rule").map(splitRule))),
    failOn: action === "diff" ? undefined : chooseIfGiven("fail-on", values.text("fail-on"), thresholds),
    maxWarnings: readCount("max-warnings", values.text("max-warnings")),
    fix: readFixMode(values.text("fix"), values.text("fix-dry-run")),
    suppressAll: values.has("suppress-all"),
    check: values.has("check"),
    diff: values.has("diff"),
    from: action === "migrate" ? readOldTarget(values.text("from")) : undefined,
    write: values.has("write"),
    exclude: values.texts("exclude"),
    watch: values.has("watch"),
    trace: readTrace(values),
    test: {
      run: values.text("run"),
      update: values.has("update"),
      coverage: values.has("coverage"),
      minCoverage: readPercentage("min-coverage", values.text("min-coverage")),
      lcovFile: values.text("lcov"),
    },
    initTests: values.has("tests"),
    names: readRecipeNames((option) => values.text(option)),
    difference: {
      revision: values.text("git"),
      oldTarget: readOldTarget(values.text("old-target")),
      failOn: action === "diff" ? choose("fail-on", values.text("fail-on") ?? "any", diffLevels) : "any",
      fleet: values.has("fleet"),
      allowFile: values.text("allow"),
    },
    graph: { message: values.text("for") },
    action,
    about: action === "help" ? aboutOf(values, positionals) : "lint",
  };
  rejectContradictions(args);
  if (action === "trace") rejectContradictoryMessage(args);
  return args;
}

function readTrace(values: Values): TraceArguments {
  if (values.has("tls") && values.has("no-tls")) throw new UsageError("either --tls or --no-tls, not both");
  const isEncrypted = values.has("tls") ? true : values.has("no-tls") ? false : undefined;
  return {
    message: {
      to: values.texts("to"),
      from: values.text("from"),
      client: values.text("client"),
      rdns: values.text("rdns"),
      fcrdns: chooseIfGiven("fcrdns", values.text("fcrdns"), confirmations),
      helo: values.text("helo"),
      port: values.text("port"),
      tag: values.text("tag"),
      listener: readCount("listener", values.text("listener")),
      socket: values.has("socket"),
      tls: isEncrypted,
      auth: values.text("auth"),
      bounce: values.has("bounce"),
    },
    messageFile: values.text("message"),
    assumed: values.texts("assume"),
    users: values.texts("user"),
    expected: values.text("expect"),
    why: readCount("why", values.text("why")),
    smtp: values.has("smtp"),
    batch: values.text("batch"),
  };
}

/** Options that the command does not have: nothing that somebody wants is left out in silence. */
function rejectForeign(
  found: Readonly<Record<string, unknown>>,
  action: Arguments["action"],
  [first]: readonly string[],
): void {
  if (action === "help" || action === "version") return;
  const foreign = options.find(
    (option) => found[option.name] !== undefined && option.name !== "list-rules" && !hasOption(action, option),
  );
  if (!foreign) return;
  const meant = action === "lint" && first !== undefined && /^[a-z-]+$/.test(first) ? nearestCommand(first) : undefined;
  if (meant !== undefined) throw new UsageError(`unknown command ${first}; did you mean ${meant}?`);
  if (foreign.name === "on-host") throw new UsageError(withoutHost(action));
  const owners = (foreign.of ?? []).map((name) => (name === "lint" ? "smtpdlint FILE" : `smtpdlint ${name}`));
  const where = action === "lint" ? "smtpdlint FILE" : `smtpdlint ${action}`;
  throw new UsageError(`--${foreign.name} is an option of ${owners.join(", ")}, not of ${where}`);
}

/** What to do where this machine is not looked at. */
function withoutHost(action: CommandName): string {
  if (action === "diff") return "diff does not look at this machine: give a copy of it with --root";
  if (action !== "test" && action !== "init") return `${action} does not look at this machine`;
  return `${action} does not look at this machine: say in the tests what it is like, or give a copy of it with --root`;
}

/** What a message cannot be at once. */
function rejectContradictoryMessage({ paths, trace: { message, smtp, batch } }: Arguments): void {
  if (message.to.length === 0 && !smtp && batch === undefined) {
    const [address] = paths.slice(1).filter((path) => path.includes("@"));
    throw new UsageError(
      address === undefined
        ? "trace needs --to ADDRESS, --smtp or --batch FILE"
        : `trace needs --to before an address: --to ${address}`,
    );
  }
  const { socket, bounce, client, port, tag, listener, tls } = message;
  const ofNetwork = { client: client === "local" ? undefined : client, port, tag, listener, tls: tls || undefined };
  const [name] = Object.entries(ofNetwork).find(([, value]) => value !== undefined) ?? [];
  if (name !== undefined && (socket || bounce || client === "local")) {
    const local = socket ? "--socket" : bounce ? "--bounce" : "--client local";
    throw new UsageError(`either ${local} or --${name}, not both: the socket is no listener of the network`);
  }
}

function rejectContradictions({
  root,
  onHost,
  stdinFilename,
  diff,
  write,
  watch,
  fix,
  paths,
  test,
  initTests,
  difference: { fleet, revision, oldTarget },
  statistics,
  suppressAll,
  outputs,
  names,
}: Arguments): void {
  if (root !== undefined && onHost) throw new UsageError("either --root or --on-host, not both");
  if (fleet && (root !== undefined || revision !== undefined || oldTarget !== undefined)) {
    throw new UsageError("--fleet compares hosts as they are: it goes with no --root, --git and --old-target");
  }
  if (suppressAll && (fix || watch)) throw new UsageError("--suppress-all goes with neither --fix nor --watch");
  if (stdinFilename !== "<stdin>" && !paths.includes("-")) {
    throw new UsageError("--stdin-filename names standard input: write - as the file");
  }
  if (statistics && outputs.some(({ format }) => format !== "pretty" && format !== "json")) {
    throw new UsageError("--statistics has the formats pretty and json");
  }
  if (write && diff) throw new UsageError("either --write or --diff, not both");
  if (initTests && paths.length > 2) throw new UsageError("init --tests needs one file");
  const given = Object.entries(names).find(([, name]) => name !== undefined);
  if (given && (initTests || paths.length < 2)) throw new UsageError(`--${given[0]} needs a recipe: init RECIPE`);
  if (watch && (fix || test.update || paths.includes("-"))) {
    throw new UsageError("--watch reads files again and writes none: not with --fix, --update or standard input");
  }
}

function readTarget(text: string | undefined): Release | undefined {
  const target = text === undefined ? undefined : parseRelease(text);
  if (text !== undefined && target === undefined) {
    throw new UsageError(`unknown release ${text}: write one from ${releases[0]} to ${releases.at(-1)}`);
  }
  return target;
}

/** Releases before 6.4 read one language, more or less. */
function readOldTarget(text: string | undefined): Release | undefined {
  if (text === undefined) return undefined;
  if (/^(?:5\.\d|6\.[0-3])(?:\.\d+)?(?:p\d+)?$/.test(text)) return oldRelease;
  const release = parseRelease(text);
  if (release) return release;
  throw new UsageError(`unknown release ${text}: write one from 5.3 to ${releases.at(-1)}`);
}

function chooseAction(values: Values, [first, ...rest]: readonly string[]): Arguments["action"] {
  if (values.has("help")) return "help";
  if (values.has("version")) return "version";
  if (values.has("list-rules")) return "rules";
  const command = commands.find(({ name }) => name === first);
  if (!command) return "lint";
  const { name } = command;
  const parameters = values.has("fleet") ? "DIR ..." : command.parameters;
  const addresses = name === "trace" && values.texts("to").length === 0 && rest.some((word) => word.includes("@"));
  if (!isWanted(parameters, rest.length) && !addresses) {
    const problem =
      rest.length > 0
        ? `${name} has too many arguments`
        : `${name} needs ${parameters} (a file called ${name} is ./${name})`;
    throw new UsageError(problem);
  }
  return name;
}

/** The command that `COMMAND --help`, `--help COMMAND` or `help COMMAND` asks about. */
function aboutOf(values: Values, positionals: readonly string[]): CommandName {
  const asked = positionals[0] === "help" ? positionals[1] : positionals[0];
  const found = commands.find(({ name }) => name === asked);
  if (found) return found.name;
  if (asked !== undefined && !values.has("help")) {
    const meant = nearestCommand(asked);
    throw new UsageError(`there is no command ${asked}${meant === undefined ? "" : `; did you mean ${meant}?`}`);
  }
  return "lint";
}

/** Whether a command can have so many parameters. */
function isWanted(parameters: string, number: number): boolean {
  if (parameters.endsWith("] ...")) return true;
  if (parameters.endsWith("...")) return number > 0;
  if (parameters.startsWith("[")) return number <= parameters.split("[").length - 1;
  if (parameters.endsWith("]")) return number === 1 || number === 2;
  return number === (parameters === "" ? 0 : 1);
}

/** `--stdio` is what editors call the only way in which lsp speaks. */
const parseOptions: NonNullable<ParseArgsConfig["options"]> = {
  stdio: { type: "boolean" },
  ...Object.fromEntries(
    options.map(({ name, short, value, multiple = false }) => [
      name,
      { type: value === undefined ? "boolean" : "string", multiple, ...(short && { short }) },
    ]),
  ),
};

function parseOrThrow(argv: readonly string[]) {
  try {
    return parse({
      args: argv.map((word) => (/^--fix(-dry-run)?$/.test(word) ? `${word}=safe` : word)),
      allowPositionals: true,
      tokens: true,
      options: parseOptions,
    });
  } catch (error) {
    throw new UsageError(explainParseError(error as Error, argv));
  }
}

/** The shell that `completions` names. */
export function chooseShell(name: string): (typeof shells)[number] {
  const found = shells.find((shell) => shell === name);
  if (!found) throw new UsageError(`completions are for ${shells.join(", ")}, not for ${name}`);
  return found;
}

function choose<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found) return found;
  const meant = nearest(value, choices);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  throw new UsageError(`--${option} must be one of ${choices.join(", ")}, not ${value}${hint}`);
}

function chooseIfGiven<T extends string>(
  option: string,
  value: string | undefined,
  choices: readonly T[],
): T | undefined {
  return value === undefined ? undefined : choose(option, value, choices);
}

/** `--output` is about the `--format` before it; without one, the end of the file's name says the format. */
function readOutputs(tokens: ReturnType<typeof parseOrThrow>["tokens"], action: Arguments["action"]): Output[] {
  const outputs: { format: Output["format"]; file: string | undefined }[] = [];
  const known = (formatsOfCommands[action] ?? formats) as readonly Output["format"][];
  const usual = known[0] as Output["format"];
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    if (token.name === "format") {
      outputs.push({ format: choose("format", token.value ?? "", known), file: undefined });
    } else if (token.name === "output") {
      const last = outputs.at(-1);
      const file = token.value ?? "";
      if (last && last.file === undefined) last.file = file;
      else outputs.push({ format: known.find((format) => file.endsWith(`.${format}`)) ?? usual, file });
    }
  }
  if (outputs.filter(({ file }) => file === undefined).length > 1) {
    throw new UsageError("only one --format can go to standard output; give the others an --output");
  }
  return outputs.length > 0 ? outputs : [{ format: usual, file: undefined }];
}

/** smtpd.c splits at the last `=`. */
function splitDefinition(text: string): [string, string] {
  const at = text.lastIndexOf("=");
  if (at < 1) throw new UsageError(`--define needs NAME=VALUE, not ${text}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function splitRule(text: string): [string, SeverityName] {
  const [, id, name] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (id === undefined || name === undefined) throw new UsageError(`--rule needs ID=SEVERITY, not ${text}`);
  const unknown = explainUnknownRule(id);
  if (unknown) throw new UsageError(unknown);
  return [id, choose(`rule ${id}`, name, severityNames)];
}

function readCount(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new UsageError(`--${option} needs a number, not ${text}`);
  return Number(text);
}

function readPercentage(option: string, text: string | undefined): number | undefined {
  const number = readCount(option, text);
  if (number !== undefined && number > 100) throw new UsageError(`--${option} needs a number up to 100, not ${text}`);
  return number;
}

function readFixMode(fix: string | undefined, dryRun: string | undefined): FixMode | undefined {
  if (fix !== undefined && dryRun !== undefined) throw new UsageError("--fix and --fix-dry-run exclude each other");
  const value = fix ?? dryRun;
  if (value === undefined) return undefined;
  const option = fix === undefined ? "fix-dry-run" : "fix";
  return { unsafe: choose(option, value, ["safe", "unsafe"]) === "unsafe", dryRun: fix === undefined };
}
