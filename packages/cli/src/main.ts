import { lstatSync } from "node:fs";
import { makeVisible } from "@smtpdlint/model";
import { type Arguments, chooseShell, parseArguments } from "./args.ts";
import { completions } from "./completions.ts";
import { diffFiles } from "./diff/diff.ts";
import { diffFleet } from "./diff/fleet.ts";
import { explain } from "./explain.ts";
import { formatFiles } from "./fmt.ts";
import { graph } from "./graph/graph.ts";
import { init } from "./init.ts";
import { exitCode, type Io } from "./io.ts";
import { lintFiles } from "./lint-files.ts";
import { listRules } from "./list-rules.ts";
import { migrateFile } from "./migrate/migrate.ts";
import { nearestCommand } from "./option-errors.ts";
import { commands } from "./options.ts";
import { printConfig } from "./print-config.ts";
import { initRecipe } from "./recipe.ts";
import type { Style } from "./reporters/reporter.ts";
import { initTests } from "./test/init-tests.ts";
import { testPolicy } from "./test/test.ts";
import { trace } from "./trace/trace.ts";
import { usage } from "./usage.ts";
import { InputError, UsageError } from "./usage-error.ts";
import { watchFiles } from "./watch.ts";

/** Runs the program; returns its exit code. */
export function main(argv: readonly string[], io: Io): Promise<number> {
  return guarded(() => run(parseArguments(argv), io), io, helpFor(argv));
}

/** The command line that tells how a command is used. */
function helpFor(argv: readonly string[]): string {
  const word = argv.find((word) => !word.startsWith("-"));
  return commands.some(({ name }) => name === word) ? `smtpdlint ${word} --help` : "smtpdlint --help";
}

/** Says what went wrong, if something did, and returns the exit code for it. */
async function guarded(work: () => Promise<number>, io: Io, help: string): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr(`smtpdlint: ${makeVisible(error.message)}\nsee ${help}\n`);
      return exitCode.usage;
    }
    if (error instanceof InputError) {
      for (const line of error.message.split("\n")) io.stderr(`smtpdlint: ${makeVisible(line)}\n`);
      return exitCode.usage;
    }
    const trace = String(error instanceof Error ? error.stack : error)
      .split("\n")
      .map(makeVisible)
      .join("\n");
    io.stderr(`smtpdlint: internal error: ${trace}\n`);
    return exitCode.internal;
  }
}

async function run(args: Arguments, io: Io): Promise<number> {
  const style = styleOf(args, io);
  switch (args.action) {
    case "help":
      io.stdout(usage(args.about));
      return exitCode.clean;
    case "version":
      io.stdout(`smtpdlint ${io.version}\n`);
      return exitCode.clean;
    case "rules":
      return listRules(args, style, io);
    case "print-config":
      io.stdout(printConfig(args));
      return exitCode.clean;
    case "init":
      if (args.initTests) return initTests(args, io);
      return args.paths.length > 1 ? initRecipe(args, style, io) : init(io);
    case "completions":
      io.stdout(completions(chooseShell(args.paths[1] ?? "")));
      return exitCode.clean;
    case "lsp":
      // Loaded here, since nobody else wants it; it runs until the editor ends it.
      (await import("smtpdlint-language-server")).serveStdio(io.version);
      return exitCode.clean;
    case "explain":
      io.stdout(explain(args.paths[1] ?? "", io.pages, style));
      return exitCode.clean;
    case "fmt":
      return formatFiles(args, io);
    case "migrate":
      return migrateFile(args, io);
    case "trace":
      return trace(args, style, io);
    case "graph":
      return graph(args, style, io);
    case "diff":
      return args.difference.fleet ? diffFleet(args, style, io) : diffFiles(args, style, io);
    case "test":
      if (!args.watch) return testPolicy(args, style, io);
      return watchFiles(io, (watched) => guarded(() => testPolicy(args, style, watched), io, "smtpdlint test --help"));
    case "lint":
      rejectMistypedCommand(args.paths);
      if (!args.watch) return lintFiles(args, style, io);
      return watchFiles(io, (watched) => guarded(() => lintFiles(args, style, watched), io, "smtpdlint --help"));
  }
}

/** A first word that is neither a command nor a file. */
function rejectMistypedCommand([first]: readonly string[]): void {
  if (first === undefined || !/^[a-z-]{2,20}$/.test(first) || isThere(first)) return;
  const meant = commandsOfOthers[first] ?? nearestCommand(first);
  const hint =
    meant === undefined
      ? ""
      : meant.startsWith("smtpdlint")
        ? `: write ${meant}`
        : `; did you mean smtpdlint ${meant}?`;
  throw new UsageError(`${first} is neither a file nor a command${hint}`);
}

/** True also for a symbolic link that leads nowhere. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path) !== undefined;
  } catch {
    return false;
  }
}

/** What other programs call it. */
const commandsOfOthers: Readonly<Record<string, string>> = {
  lint: "smtpdlint FILE",
  check: "smtpdlint FILE",
  validate: "smtpdlint FILE",
  fix: "smtpdlint --fix FILE",
  format: "fmt",
  version: "smtpdlint --version",
  convert: "migrate",
  completion: "completions",
};

function styleOf({ color }: Arguments, { env, stdoutIsTerminal, columns }: Io): Style {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  const auto = !env.NO_COLOR && (forced || (stdoutIsTerminal && env.TERM !== "dumb"));
  return { color: color === "always" || (color === "auto" && auto), columns: stdoutIsTerminal ? columns : 0 };
}
