import { basename } from "node:path";
import { newestRelease } from "@smtpdlint/grammar";
import { readPolicy, readPolicyTests, runTests, starterTests, withOutcomes } from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import { Smtpd } from "@smtpdlint/policy";
import type { Arguments } from "../args.ts";
import { writeNew } from "../init.ts";
import { exitCode, type Io } from "../io.ts";
import { ConfigLoader, placeOf } from "../load-config.ts";
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
  const place = placeOf(args, settings);
  const { root } = place;
  const read = readPolicy({
    ...input,
    host: new NodeHost({ main: path, ...place, machine: undefined }),
    target: args.target,
    defaultTarget: settings.target ?? newestRelease,
    macros: args.macros,
  });
  if ("refusal" in read) {
    io.stderr(`smtpdlint: ${read.refusal}\n`);
    return exitCode.usage;
  }
  const { policy } = read;
  const { target } = policy.model;
  const text = starterTests(basename(path), new Smtpd(policy, testMachine(root, [policy], target)));
  // What the starter assumes of programs counts.
  const own = readPolicyTests(text);
  const results = runTests(own.tests, new Smtpd(policy, testMachine(root, [policy], target, own.settings)));
  return writeNew(path.replace(/\.conf$/, ".test"), withOutcomes(text, results, { allowsMaybe: true }).text, io);
}
