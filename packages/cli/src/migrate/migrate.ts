import { newestRelease, oldRelease, type SourceFile } from "@smtpdlint/grammar";
import type { FileChange } from "@smtpdlint/lint";
import {
  foreignRefusal,
  isOfToday,
  migrateAndProve,
  mustBeRead,
  type ProvedMigration,
  refusalsOf,
} from "@smtpdlint/migrate";
import { count, makeVisible } from "@smtpdlint/model";
import type { Policy } from "@smtpdlint/policy";
import type { Arguments } from "../args.ts";
import { requireRoot } from "../find-files.ts";
import { describeInstalled, installedOpenSmtpd } from "../installed-release.ts";
import { exitCode, type Io } from "../io.ts";
import { ConfigLoader, placeOf } from "../load-config.ts";
import { describeFailure, encodingOf, NodeHost, readText, textOf } from "../node-host.ts";
import { NodeMachine } from "../node-machine.ts";
import { toJson } from "../reporters/to-json.ts";
import { testMachine } from "../test/test-machine.ts";
import { machineOf } from "../trace/machine.ts";
import { UsageError } from "../usage-error.ts";
import { writeChange } from "../write-file.ts";
import { showDiff } from "../write-fixes.ts";
import { writeTo } from "../write-reports.ts";
import { migrationJson } from "./to-json.ts";
import { upgraded } from "./upgrade.ts";

/**
 * `smtpdlint migrate`: writes a configuration of the language before 6.4 in
 * today's; returns the exit code: 0 if there is nothing to say, 1 if a person
 * must read what is announced, 2 if something could not be translated.
 */
export async function migrateFile(args: Arguments, io: Io): Promise<number> {
  const path = args.paths[1] ?? "";
  const { format, file } = args.outputs[0] ?? { format: "pretty", file: undefined };
  if (file !== undefined && (args.write || args.diff))
    throw new UsageError(`either --output or --${args.write ? "write" : "diff"}, not both`);
  requireRoot(args.root);
  if (args.write && path === "-")
    throw new UsageError("--write needs a file; of standard input the result goes to standard output");
  const stdin = path === "-" ? await io.readStdin() : undefined;
  const input = stdin ? textOf(args.stdinFilename, stdin) : readText(path, "configuration");
  if ("failure" in input) {
    io.stderr(`smtpdlint: ${makeVisible(input.path)}: ${describeFailure(input.failure)}\n`);
    return exitCode.usage;
  }
  const foreign = foreignRefusal(input.text);
  if (foreign !== undefined) {
    io.stderr(`smtpdlint: ${makeVisible(input.path)}: ${foreign}\n`);
    return exitCode.usage;
  }
  const { settings } = new ConfigLoader(args).settingsFor(input.path);
  const place = placeOf(args, settings);
  const { root } = place;
  const installed = args.onHost ? installedOpenSmtpd() : undefined;
  if (args.onHost && args.target === undefined) io.stderr(`smtpdlint: ${describeInstalled(installed)}\n`);
  const target = args.target ?? settings.target ?? installed?.release ?? newestRelease;
  const machine = args.onHost ? new NodeMachine() : undefined;
  const host = new NodeHost({ main: input.path, ...place, machine });
  const facts = { root, host: machine, target, users: [], assumed: [], now: 0, isStranger: false };
  const { hostName } = machineOf(facts);
  const machineFor = (policies: readonly Policy[], reading = target) =>
    args.onHost ? machineOf({ ...facts, target: reading }) : testMachine(root, policies, reading);
  const { from, macros } = args;
  const migration =
    from === undefined || from === oldRelease
      ? migrateAndProve(input.path, input.text, host, { target, hostName, macros }, machineFor)
      : upgraded({ ...input, host, from, target, macros }, machineFor);

  const changes = changesOf(migration);
  let isWritten = true;
  const print = (text: string | Buffer) => {
    if (file === undefined) io.stdout(text);
    else isWritten = writeTo(file, text.toString(), io.stderr);
  };
  if (format === "json") print(toJson(migrationJson(migration)));
  else if (args.diff) for (const change of changes) showDiff(change, io);
  else if (!args.write)
    print(stdin && file === undefined ? Buffer.from(migration.text, encodingOf(stdin)) : migration.text);
  if (format !== "json") report(migration, args, io);
  const included = Object.keys(migration.files).filter((name) => changes.some((change) => change.path === name));
  if (included.length > 0 && !args.write && !args.diff && format !== "json")
    io.stderr(
      `smtpdlint: included files change, too: ${included.map(makeVisible).join(", ")}; --write, --diff and --format json have them\n`,
    );
  const refusals = refusalsOf(migration, host, { target, macros });
  if (refusals > 0)
    io.stderr(
      `smtpdlint: smtpd ${target} refuses the result for ${count(refusals, "reason")}: lint it to see ${refusals === 1 ? "it" : "them"}\n`,
    );
  if (!isWritten || (args.write && !(await writeAll(changes, host, io)))) return exitCode.usage;
  return codeOf(migration);
}

/** What of the files is another text now. */
function changesOf({ text, files, sources }: ProvedMigration): FileChange[] {
  return sources
    .map(({ path, text: before }, index) => ({ path, before, after: index === 0 ? text : (files[path] ?? before) }))
    .filter(({ before, after }) => before !== after);
}

/** Says on standard error what a person must read. */
function report(migration: ProvedMigration, { quiet }: Arguments, io: Io): void {
  const { announcements, untranslated, isProved, sources, notes } = migration;
  const place = (file: number, offset: number) => {
    const { path, text } = sources[file] as SourceFile;
    return `${makeVisible(path)}:${text.slice(0, offset).split("\n").length}`;
  };
  for (const { kind, message, span, witness } of announcements) {
    if (quiet && !mustBeRead({ kind })) continue;
    io.stderr(`${place(span.file, span.start)}: ${kind}: ${makeVisible(message)}\n`);
    if (witness !== undefined) io.stderr(`  for example: ${makeVisible(witness)}\n`);
  }
  for (const { reason, span } of untranslated) {
    io.stderr(`${place(span.file, span.start)}: not translated: ${makeVisible(reason)}\n`);
  }
  if (!quiet) for (const note of notes) io.stderr(`smtpdlint: ${note}\n`);
  if (isOfToday(migration))
    io.stderr(`smtpdlint: ${makeVisible((sources[0] as SourceFile).path)} is in today's language already\n`);
  else if (isProved && !quiet) {
    const rest = announcements.some(mustBeRead) ? "apart from what is announced, " : "";
    io.stderr(`smtpdlint: proved: ${rest}all mail is treated as before\n`);
  }
}

async function writeAll(changes: readonly FileChange[], host: NodeHost, io: Io): Promise<boolean> {
  let isWritten = true;
  // The included ones first: should one fail, the main file still stands as it was.
  for (const change of changes.toReversed()) {
    const isForeign = !host.mayWrite(change.path);
    const reason = isForeign
      ? "it lies outside the configuration's folder"
      : isWritten
        ? await writeChange(change)
        : "another file could not be written";
    if (reason === undefined) continue;
    isWritten = false;
    io.stderr(`smtpdlint: ${makeVisible(change.path)}: not written: ${makeVisible(reason)}\n`);
  }
  return isWritten;
}

function codeOf({ announcements, untranslated }: ProvedMigration): number {
  if (untranslated.length > 0) return exitCode.usage;
  return announcements.some(mustBeRead) ? exitCode.findings : exitCode.clean;
}
