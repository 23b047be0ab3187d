import type { ReadFailure } from "@smtpdlint/grammar";

/** Why a file was not read, for the end of a sentence. */
export const readFailures: Readonly<Record<ReadFailure, string>> = {
  "not-found": "there is no such file",
  directory: "it is a directory",
  "no-permission": "permission denied",
  "too-large": "it is too large",
  unreadable: "it cannot be read",
  outside: "it lies outside the root folder",
  "outside-folder": "it lies outside the folder and the repository of the configuration",
  "not-looked-for": "an absolute path is looked up only with --root, the setting 'root' or --on-host",
};

/** What to do about a file that smtpd cannot read on this machine. */
export const helpForFailure = (failure: ReadFailure): string | undefined =>
  failure === "no-permission" ? "smtpd runs as root: run smtpdlint as root too" : undefined;
