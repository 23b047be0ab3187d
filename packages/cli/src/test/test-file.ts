import { existsSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import { newestRelease } from "@smtpdlint/grammar";
import {
  type PolicyTest,
  readJsonPolicyTests,
  readPolicy,
  readPolicyTests,
  type TestProblem,
  type TestSettings,
  unknownFilter,
} from "@smtpdlint/lint";
import { Smtpd } from "@smtpdlint/policy";
import type { Arguments } from "../args.ts";
import { isDirectory } from "../find-files.ts";
import type { Io } from "../io.ts";
import { type ConfigLoader, placeOf } from "../load-config.ts";
import { describeFailure, NodeHost, readText } from "../node-host.ts";
import { testMachine } from "./test-machine.ts";

/** A file of policy tests, with its configuration as each of the releases reads it. */
export interface TestFile {
  readonly path: string;
  readonly text: string;
  readonly tests: readonly PolicyTest[];
  readonly machines: readonly Smtpd[];
}

/** Why a file cannot be run: what is wrong with it, or with its configuration, a line each. */
export interface UnusableFile {
  readonly path: string;
  readonly text: string;
  readonly problems: readonly TestProblem[];
  readonly failure: string | undefined;
}

/** Reads a file of tests, and its configuration for all releases that it names. */
export function loadTestFile(path: string, args: Arguments, config: ConfigLoader, io: Io): TestFile | UnusableFile {
  io.sawFile?.(path);
  const input = readText(path, "configuration");
  if ("failure" in input) {
    return { path, text: "", problems: [], failure: `${path}: ${describeFailure(input.failure)}` };
  }
  const { text } = input;
  const wrong = (problem: TestProblem) => ({ path, text, problems: [problem], failure: undefined });
  const { settings, tests, problems } = isJson(path) ? readJsonPolicyTests(text) : readPolicyTests(text);
  if (problems.length > 0) return { path, text, problems, failure: undefined };
  const at = { span: settings.config?.span ?? { file: 0, start: 0, end: 0 } };
  const main = configurationOf(path, settings);
  io.sawFile?.(main);
  const read = readText(main, "configuration");
  if ("failure" in read) {
    const message = `${main}: ${describeFailure(read.failure)}; name the configuration with 'config FILE'`;
    return wrong({ ...at, message });
  }
  const ofFolder = config.settingsFor(main).settings;
  const own = args.root === undefined && settings.root ? beside(path, settings.root.text) : undefined;
  const place = own === undefined ? placeOf(args, ofFolder) : { root: own };
  const { root } = place;
  if (root !== undefined && !isDirectory(root)) {
    return wrong({ span: settings.root?.span ?? at.span, message: `root: no folder ${root}` });
  }
  const sawFile = (name: string) => io.sawFile?.(name);
  const host = new NodeHost({ main, ...place, machine: undefined, sawFile });
  const machines: Smtpd[] = [];
  for (const target of args.target ? [args.target] : settings.targets.length > 0 ? settings.targets : [undefined]) {
    const result = readPolicy({
      path: main,
      text: read.text,
      host,
      target,
      defaultTarget: ofFolder.target ?? newestRelease,
      macros: new Map([...settings.macros, ...args.macros]),
    });
    if ("refusal" in result) return { path, text, problems: [], failure: result.refusal };
    const { policy } = result;
    const unknown = unknownFilter(settings, policy);
    if (unknown) return wrong(unknown);
    machines.push(new Smtpd(policy, testMachine(root, [policy], policy.model.target, settings, sawFile)));
  }
  return { path, text, tests, machines };
}

/** True for tests that a program has written. */
export const isJson = (path: string): boolean => path.endsWith(".json");

/** `mail.smtpd.test` tests `mail.smtpd.conf`, or else the smtpd.conf beside it. */
function configurationOf(path: string, { config }: TestSettings): string {
  if (config) return beside(path, config.text);
  const ofName = join(dirname(path), basename(path).replace(/\.test(\.json)?$/, ".conf"));
  return existsSync(ofName) ? ofName : join(dirname(path), "smtpd.conf");
}

const beside = (path: string, name: string) => (isAbsolute(name) ? name : join(dirname(path), name));
