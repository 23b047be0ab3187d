import { analyse, type Diagnostic, defaultSeverity, makeVisible, rules } from "@smtpdlint/analysis";
import { newestRelease, type ReadFailure } from "@smtpdlint/grammar";
import { type Arguments, parseArguments, UsageError, usage } from "./args.ts";
import { defaultFile, findConfigurations, isDirectory } from "./find-files.ts";
import { compact } from "./formatters/compact.ts";
import type { FileResult, Formatter, Style } from "./formatters/formatter.ts";
import { json } from "./formatters/json.ts";
import { pretty } from "./formatters/pretty.ts";
import { decode, isTooLarge, NodeHost, readText } from "./node-host.ts";
import { NodeMachine } from "./node-machine.ts";

/** The outside of the program, so that tests can run it in-process. */
export interface Io {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly readStdin: () => Promise<Buffer>;
  readonly stdoutIsTerminal: boolean;
  readonly columns: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
}

export const exitCode = { clean: 0, findings: 1, usage: 2, internal: 3 } as const;

const formatters: Readonly<Record<Arguments["format"], Formatter>> = { compact, json, pretty };

/** Runs the program; returns its exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await run(parseArguments(argv), io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr(`smtpdlint: ${makeVisible(error.message)}\nsee smtpdlint --help\n`);
      return exitCode.usage;
    }
    io.stderr(`smtpdlint: internal error: ${error instanceof Error ? error.stack : String(error)}\n`);
    return exitCode.internal;
  }
}

async function run(args: Arguments, io: Io): Promise<number> {
  switch (args.action) {
    case "help":
      io.stdout(usage);
      return exitCode.clean;
    case "version":
      io.stdout(`smtpdlint ${io.version}\n`);
      return exitCode.clean;
    case "list-rules":
      io.stdout(
        rules.map(({ meta }) => `${meta.id}\t${meta.category}\t${defaultSeverity(meta)}\t${meta.summary}\n`).join(""),
      );
      return exitCode.clean;
    case "lint":
      return lint(args, io);
  }
}

async function lint(args: Arguments, io: Io): Promise<number> {
  if (args.root !== undefined && !isDirectory(args.root)) throw new UsageError(`--root: no folder ${args.root}`);
  const host = new NodeHost({ root: args.root, machine: args.onHost ? new NodeMachine() : undefined });
  const target = args.target ?? newestRelease;
  const results: FileResult[] = [];
  let unreadable = false;
  for (const path of expandPaths(args.paths)) {
    const input = await read(path, args, io);
    if ("failure" in input) {
      unreadable = true;
      io.stderr(`smtpdlint: ${makeVisible(input.path)}: ${describeFailure(input.failure)}\n`);
      continue;
    }
    const { model, diagnostics } = analyse(input.path, input.text, host, { target, macros: args.macros });
    results.push({
      path: input.path,
      files: model.files,
      diagnostics: diagnostics.filter((item) => isShown(item, args)),
    });
  }
  if (results.length > 0) {
    io.stdout(formatters[args.format]({ target, version: io.version, results }, styleOf(args, io)));
  }
  if (unreadable) return exitCode.usage;
  const found = results.flatMap(({ diagnostics }) => diagnostics);
  if (found.some(({ category }) => category === "internal")) return exitCode.internal;
  return found.some(({ severity }) => severity === "error") ? exitCode.findings : exitCode.clean;
}

function expandPaths(paths: readonly string[]): string[] {
  if (paths.length === 0) {
    const found = defaultFile();
    if (!found) throw new UsageError("no file given, and there is no /etc/mail/smtpd.conf or /etc/smtpd.conf");
    return [found];
  }
  return paths.flatMap((path) => {
    if (path === "-" || !isDirectory(path)) return [path];
    const found = findConfigurations(path);
    if (found.length === 0) throw new UsageError(`there is no smtpd.conf in ${path}`);
    return found;
  });
}

async function read(path: string, args: Arguments, io: Io) {
  if (path !== "-") return readText(path, "configuration");
  const bytes = await io.readStdin();
  if (isTooLarge(bytes.length)) return { path: args.stdinFilename, failure: "too-large" as const };
  return { path: args.stdinFilename, text: decode(bytes) };
}

function describeFailure(failure: ReadFailure): string {
  const texts: Readonly<Record<ReadFailure, string>> = {
    "not-found": "no such file",
    directory: "is a directory",
    "no-permission": "permission denied",
    "too-large": "the file is larger than 20 MB, which no smtpd.conf should be",
    unreadable: "cannot be read",
    outside: "lies outside the folder given with --root",
    "not-looked-for": "was not looked for",
  };
  return texts[failure];
}

function isShown({ severity }: Diagnostic, { quiet, hints }: Arguments): boolean {
  return quiet ? severity === "error" : hints || severity !== "hint";
}

function styleOf({ color }: Arguments, { env, stdoutIsTerminal, columns }: Io): Style {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  const auto = !env.NO_COLOR && (forced || (stdoutIsTerminal && env.TERM !== "dumb"));
  return { color: color === "always" || (color === "auto" && auto), columns: stdoutIsTerminal ? columns : 0 };
}
