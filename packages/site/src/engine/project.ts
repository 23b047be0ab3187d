import { newestRelease, parseRelease, type Release } from "@smtpdlint/grammar";
import { readPolicy, readPolicyTests, withTestSettings } from "@smtpdlint/lint";
import { type Host, memoryHost } from "@smtpdlint/model";
import { type Environment, environmentBelow, type Policy, Smtpd } from "@smtpdlint/policy";
import type { Files, Problem } from "./requests.ts";

/** The configuration, and the file of tests that says what its machine is like. */
export const main = "/etc/mail/smtpd.conf";
export const testsFile = "/etc/mail/smtpd.test";

/** The smtpd that runs the configuration of the page; or why it does not. */
export function load(files: Files): { readonly smtpd: Smtpd } | Problem {
  const found = read(files);
  return "problem" in found ? found : { smtpd: smtpdOf(found.policy, files, [found.policy]) };
}

/** The configuration of the page; or why smtpd refuses it. */
export function read(files: Files): { readonly policy: Policy } | Problem {
  const found = readPolicy({
    path: main,
    text: files.files[main] ?? "",
    host: hostOf(files),
    target: targetOf(files),
    defaultTarget: newestRelease,
    macros: new Map(),
  });
  return "policy" in found ? found : { problem: found.refusal };
}

/** A policy on the machine of the page; `policies` are all that run on it. */
export const smtpdOf = (policy: Policy, files: Files, policies: readonly Policy[]): Smtpd =>
  new Smtpd(policy, machineOf(files, policies, policy.model.target));

/** The machine that the files describe, and the settings of the tests. */
export function machineOf({ files }: Files, policies: readonly Policy[], target: Release): Environment {
  const text = (path: string) => (Object.hasOwn(files, path) ? files[path] : undefined);
  const machine = environmentBelow({
    text,
    entry: (path) => {
      const found = text(path);
      return found === undefined ? undefined : { kind: "file", text: found, mode: 0o644, uid: 0 };
    },
  });
  const tests = text(testsFile);
  const settings = tests === undefined ? undefined : readPolicyTests(tests).settings;
  const now = Math.floor(Date.now() / 1000);
  return { ...withTestSettings(machine, policies, target, settings), now };
}

/** The files of the page. Where a file has no tab nobody has looked: the mail host may have it. */
export const hostOf = ({ files }: Files): Host => memoryHost(files, undefined, "not-looked-for");

/** The release that is chosen; undefined to go by the file, or for the newest. */
export const targetOf = ({ target }: Files): Release | undefined =>
  target === undefined ? undefined : (parseRelease(target) as Release | undefined);
