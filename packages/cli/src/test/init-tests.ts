import { basename } from "node:path";
import { newestRelease } from "@smtpdlint/grammar";
import { analyse, starterTests } from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import { Smtpd } from "@smtpdlint/policy";
import type { Arguments } from "../args.ts";
import { writeNew } from "../init.ts";
import { exitCode, type Io } from "../io.ts";
import { ConfigLoader } from "../load-config.ts";
import { describeFailure, NodeHost, readText } from "../node-host.ts";
import { UsageError } from "../usage-error.ts";
import { testMachine } from "./test-machine.ts";

/** `smtpdlint init --tests`: writes tests to begin with beside a configuration, never over some that are there; returns the exit code. */
export function initTests(args: Arguments, io: Io): number {
  const path = args.paths[1] ?? "smtpd.conf";
  if (!/\.conf$/.test(path)) throw new UsageError(`init --tests needs a file whose name ends in .conf, not ${path}`);
  const input = readText(path, "configuration");
  if ("failure" in input) {
    io.stderr(`smtpdlint: ${makeVisible(path)}: ${describeFailure(input.failure)}\n`);
    return exitCode.usage;
  }
  const { settings } = new ConfigLoader(args).settingsFor(path);
  const root = args.root ?? settings.root;
  const host = new NodeHost({ main: path, root, machine: undefined });
  const { diagnostics, policy } = analyse(path, input.text, host, {
    ...(args.target && { target: args.target }),
    defaultTarget: settings.target ?? newestRelease,
    macros: args.macros,
  });
  const refusal = diagnostics.find(({ category }) => category === "refused");
  if (refusal) {
    io.stderr(`smtpdlint: smtpd refuses ${makeVisible(path)}: ${makeVisible(refusal.message)}; lint it first\n`);
    return exitCode.usage;
  }
  const smtpd = new Smtpd(policy, testMachine(root, policy.model.target, undefined));
  return writeNew(path.replace(/\.conf$/, ".test"), starterTests(basename(path), smtpd), io);
}
