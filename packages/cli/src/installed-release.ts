import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { release as systemRelease } from "node:os";
import { newestRelease, parseRelease, type Release } from "@smtpdlint/grammar";

/** The OpenSMTPD of this machine. */
export interface Installed {
  /** As it says itself: `6.8.0p2`. */
  readonly version: string;
  /** Undefined for a version that is older or newer than all that are known. */
  readonly release: Release | undefined;
}

/** What is installed here: OpenBSD brings its own, the portable one prints its version with its usage. */
export function installedOpenSmtpd(): Installed | undefined {
  if (process.platform === "openbsd") return readVersion(`OpenSMTPD ${systemRelease()}`);
  const program = systemProgram("smtpd") ?? systemProgram("opensmtpd");
  if (!program) return undefined;
  const { stderr, stdout } = spawnSync(program, ["-h"], { encoding: "utf8", timeout: 2000 });
  return readVersion(`${stdout}${stderr}`);
}

/** The version in `version: OpenSMTPD 6.8.0p2`. */
export function readVersion(text: string): Installed | undefined {
  const [, version] = /\bOpenSMTPD (\d[\w.-]*)/.exec(text) ?? [];
  return version === undefined ? undefined : { version, release: parseRelease(version.replace(/-.*/, "")) };
}

/** What is said of the target that the machine gives. */
export function describeInstalled(installed: Installed | undefined): string {
  if (!installed) return `no OpenSMTPD found on this machine: target ${newestRelease}, where nothing else is set`;
  const { version, release } = installed;
  return release
    ? `target ${release}, the OpenSMTPD of this machine, where nothing else is set`
    : `OpenSMTPD ${version} of this machine is not known here: target ${newestRelease}, where nothing else is set`;
}

/** Where a system keeps its programs; PATH may name any, and this may run as root. */
const folders = [
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
  "/usr/local/sbin",
  "/usr/local/bin",
  "/run/current-system/sw/bin",
];

/** The path of a program of the system. */
export function systemProgram(name: string): string | undefined {
  return folders.map((folder) => `${folder}/${name}`).find((path) => existsSync(path));
}
