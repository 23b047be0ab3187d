import { newestRelease } from "@smtpdlint/grammar";
import { readPolicy } from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import type { Policy } from "@smtpdlint/policy";
import type { Arguments } from "./args.ts";
import { defaultFile, requireRoot } from "./find-files.ts";
import { describeInstalled, installedOpenSmtpd } from "./installed-release.ts";
import type { Io } from "./io.ts";
import { ConfigLoader, placeOf } from "./load-config.ts";
import { describeFailure, NodeHost, readText, textOf } from "./node-host.ts";
import { NodeMachine } from "./node-machine.ts";
import { otherFile } from "./other-file.ts";

/** A configuration, and where it is read. */
export interface LoadedPolicy {
  readonly policy: Policy;
  readonly root: string | undefined;
  /** This machine, if smtpd is taken to run on it. */
  readonly host: NodeMachine | undefined;
}

/** Reads the configuration that the command line names, or this machine's; undefined if nothing can be said of it, which is told. */
export async function loadPolicy(args: Arguments, io: Io): Promise<LoadedPolicy | undefined> {
  requireRoot(args.root);
  const path = args.paths[1] ?? defaultFile(args.root);
  if (args.paths[1] === undefined) io.stderr(`smtpdlint: reading ${path}\n`);
  const input = path === "-" ? textOf(args.stdinFilename, await io.readStdin()) : readText(path, "configuration");
  if ("failure" in input) {
    io.stderr(`smtpdlint: ${makeVisible(input.path)}: ${describeFailure(input.failure)}\n`);
    return undefined;
  }
  const config = new ConfigLoader(args);
  const other = otherFile(input.path, input.text, args, config);
  if (other !== undefined) {
    io.stderr(`smtpdlint: ${makeVisible(input.path)}: ${other}\n`);
    return undefined;
  }
  const { settings } = config.settingsFor(input.path);
  const place = placeOf(args, settings);
  const installed = args.onHost ? installedOpenSmtpd() : undefined;
  if (args.onHost && args.target === undefined) io.stderr(`smtpdlint: ${describeInstalled(installed)}\n`);
  const machine = args.onHost ? new NodeMachine() : undefined;
  const read = readPolicy({
    ...input,
    host: new NodeHost({ main: input.path, ...place, machine }),
    target: args.target,
    defaultTarget: settings.target ?? installed?.release ?? newestRelease,
    macros: args.macros,
  });
  if ("policy" in read) return { policy: read.policy, root: place.root, host: machine };
  io.stderr(`smtpdlint: ${read.refusal}\n`);
  return undefined;
}
