import type { ReadFailure } from "@smtpdlint/grammar";
import { forwardFilesOf, localUsers } from "./local-users.ts";
import type { Machine } from "./machine.ts";

/**
 * How the analysis sees the outside. The caller decides what can be seen: a
 * command line reads the disk, a test or a browser has files in memory. All
 * calls are synchronous and none may throw.
 */
export interface Host {
  /**
   * Reads the file that `path` names in the file `from`. The result's `path`
   * is the name by which the caller knows the file; what leads to the same
   * file has the same name. `not-looked-for` means that nobody looked, for
   * want of an answer to which machine the path is meant for; `not-found`, that
   * the file is missing where it ought to be.
   */
  readFile(path: string, from: string, purpose: "configuration" | "table"): FileResult;
  /** How a command line names a file, by the `path` of a result; so by default. */
  nameOf?(path: string): string;
  /** The users of the machine that smtpd runs on, and their homes, where files say all of them. */
  readonly users?: ReadonlyMap<string, string> | undefined;
  /** The `.forward` files of users that are to be looked at, by what `readFile` takes for a path. */
  readonly forwardFiles?: readonly string[];
  /** The machine that smtpd runs on, if it is this one. */
  readonly machine?: Machine | undefined;
}

/** A text, or why there is none. */
export type FileResult =
  | { readonly path: string; readonly text: string }
  | { readonly path: string; readonly failure: ReadFailure };

/** A host that sees nothing. */
export const blindHost: Host = {
  readFile: (path) => ({ path, failure: "not-looked-for" }),
};

/** A host with files in memory, by their absolute paths; a relative path is looked up beside `from`. */
export function memoryHost(
  files: Readonly<Record<string, string>>,
  machine?: Machine,
  /** What is said of any other file. */
  failure: ReadFailure = "not-found",
): Host {
  const users = localUsers((path) => (Object.hasOwn(files, path) ? files[path] : undefined));
  return {
    machine,
    users,
    forwardFiles: forwardFilesOf(users).filter((path) => Object.hasOwn(files, path)),
    readFile(path, from) {
      const name = path.startsWith("/") ? path : from.slice(0, from.lastIndexOf("/") + 1) + path;
      const text = Object.hasOwn(files, name) ? files[name] : undefined;
      return text === undefined ? { path: name, failure } : { path: name, text };
    },
  };
}
