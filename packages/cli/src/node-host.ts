import { isUtf8 } from "node:buffer";
import { closeSync, constants, existsSync, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, sep } from "node:path";
import type { ReadFailure } from "@smtpdlint/grammar";
import {
  type FileNames,
  type FileResult,
  forwardFilesOf,
  type Host,
  isWithin,
  localUsers,
  locate,
  type Machine,
  type Reach,
} from "@smtpdlint/model";
import { absolute, onDisk, realName } from "./file-name.ts";

/** Sizes in bytes up to which files are read; what is larger gets a message. */
export const limits = { configuration: 10e6, table: 400e6 };

export type Purpose = keyof typeof limits;

export interface HostOptions {
  /** The configuration: what it names may be read in its folder and its repository. */
  readonly main: string;
  /** Absolute paths are looked up under this folder, and nothing outside is read. */
  readonly root: string | undefined;
  /** Where symbolic links may lead out of it. */
  readonly shared?: string | undefined;
  /** The files there that were read for other configurations, by what is the same for all their names. */
  readonly sharedFiles?: Map<string, FileResult>;
  /** Set if absolute paths are this machine's own. */
  readonly machine: Machine | undefined;
  /** Is told of each file before it is read, with its size in bytes, 0 if it is not there. */
  readonly sawFile?: (path: string, bytes: number) => void;
}

/** The disk, as far as `locate` lets one configuration see it. */
export class NodeHost implements Host {
  readonly machine: Machine | undefined;
  private knownUsers: { readonly homes: ReadonlyMap<string, string> | undefined } | undefined;
  private readonly reach: Reach;
  /** The first name of each file that was read: one file is one, whatever its names. */
  private readonly firstNames = new Map<string, string>();

  constructor(private readonly options: HostOptions) {
    const { root, shared, machine, main } = options;
    const status = statusOf(main);
    if (status) this.firstNames.set(identityOf(status), main);
    this.machine = machine;
    this.reach = { root, shared, workingFolder: machine && absolute("."), folders: ownFolders(main) };
  }

  get users(): ReadonlyMap<string, string> | undefined {
    const { root } = this.options;
    if (root === undefined && !this.machine) return undefined;
    this.knownUsers ??= { homes: localUsers((path) => this.textBelow(root ?? "/", path)) };
    return this.knownUsers.homes;
  }

  get forwardFiles(): readonly string[] {
    return forwardFilesOf(this.users);
  }

  /** The text of a file of the machine; undefined if it cannot be read or lies outside the root. */
  private textBelow(root: string, path: string): string | undefined {
    const name = join(root, path);
    if (!isWithin(name, root, diskNames)) return undefined;
    const result = readText(name, "configuration");
    return "text" in result ? result.text : undefined;
  }

  readFile(path: string, from: string, purpose: Purpose): FileResult {
    const found = locate(path, from, this.reach, diskNames);
    if ("failure" in found) return { path, failure: found.failure };
    const status = statusOf(found.name);
    this.options.sawFile?.(found.name, status?.size ?? 0);
    const result = status
      ? this.readOnce(this.firstName(found.name, status), status, purpose)
      : readText(found.name, purpose);
    // Where only neighbours are looked at, a table's file is missed by nobody.
    const isMissed = purpose === "configuration" || this.options.root !== undefined || this.machine;
    if ("failure" in result && result.failure === "not-found" && !isMissed) return { path, failure: "not-looked-for" };
    return result;
  }

  /** What several hosts share is read for the first of them. */
  private readOnce(name: string, status: Stats, purpose: Purpose): FileResult {
    const { root, sharedFiles } = this.options;
    if (!sharedFiles || root === undefined || isWithin(name, root, diskNames)) return readText(name, purpose);
    const key = `${purpose} ${identityOf(status)}`;
    const result = sharedFiles.get(key) ?? readText(name, purpose);
    sharedFiles.set(key, result);
    return { ...result, path: name };
  }

  private firstName(name: string, status: Stats): string {
    const identity = identityOf(status);
    const first = this.firstNames.get(identity) ?? name;
    this.firstNames.set(identity, first);
    return first;
  }

  /** True if a file may be written when fixes are: it lies in the root or, without one, beside the configuration. */
  mayWrite(path: string): boolean {
    const { root, folders } = this.reach;
    return (root === undefined ? folders : [root]).some((folder) => isWithin(path, folder, diskNames));
  }
}

/** The same for all names of a file: hard links, symbolic links, `../folder/file`. */
const identityOf = ({ dev, ino }: Stats) => `${dev}:${ino}`;

const diskNames: FileNames = {
  folderOf: dirname,
  resolve: (folder, path) => (isAbsolute(path) ? path : join(folder, path)),
  real: (name) => realPath(name).split(sep).join("/"),
};

/** The folder of a file, and the git repository that it is in. */
function ownFolders(path: string): string[] {
  const folder = dirname(path);
  for (let at = realPath(folder); ; at = dirname(at)) {
    if (existsSync(onDisk(join(at, ".git")))) return [folder, at];
    if (at === dirname(at)) return [folder];
  }
}

function realPath(path: string): string {
  try {
    return realName(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? absolute(path) : join(realPath(parent), basename(path));
  }
}

/** What is known of a file; undefined if nothing is, whyever. */
export function statusOf(path: string): Stats | undefined {
  try {
    return statSync(onDisk(path));
  } catch {
    return undefined;
  }
}

/** Reads a text file; says why if it cannot. */
export function readText(path: string, purpose: Purpose): FileResult {
  const bytes = readBytes(path, limits[purpose]);
  if (typeof bytes === "string") return { path, failure: bytes };
  return purpose === "configuration" ? textOf(path, bytes) : { path, text: decode(bytes) };
}

/** What statements take in memory depends on how many there are. */
const mostLines = 1_000_000;

/** The text of a configuration, unless that is more than anybody should write. */
export function textOf(path: string, bytes: Buffer): FileResult {
  if (isTooLarge(bytes.length)) return { path, failure: "too-large" };
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines++;
  return lines > mostLines ? { path, failure: "too-large" } : { path, text: decode(bytes) };
}

/**
 * The bytes of a file, or why there are none. Whatever stands under the name,
 * this ends: a pipe is read if somebody writes to it, a device up to the limit.
 */
export function readBytes(path: string, limit: number): Buffer | ReadFailure {
  let file: number | undefined;
  try {
    file = openWithoutWaiting(path);
    const status = fstatSync(file);
    if (status.isDirectory()) return "directory";
    if (status.size > limit) return "too-large";
    return readUpTo(file, status, limit) ?? "too-large";
  } catch (error) {
    return failureOf(error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Opens a file to read it; a pipe that nobody writes to does not hold us up, and a terminal does not become ours. */
export function openWithoutWaiting(path: string): number {
  // Windows has neither of the two.
  const { O_RDONLY, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants;
  return openSync(onDisk(path), O_RDONLY | O_NONBLOCK | O_NOCTTY);
}

/** All that a file holds; undefined if that is more than `limit`. Its size is only a hint: it may grow, and a device has none. */
function readUpTo(file: number, status: Stats, limit: number): Buffer | undefined {
  let buffer = Buffer.allocUnsafe(Math.max(status.size, 65_535) + 1);
  let length = 0;
  for (;;) {
    if (length > limit) return undefined;
    if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(length)]);
    const count = readOrWait(file, buffer, length, status.isFIFO());
    if (count === 0) return buffer.subarray(0, length);
    length += count;
  }
}

/** How long to wait for the writer of a pipe before asking again. */
const pipePatienceMs = 10;

function readOrWait(file: number, buffer: Buffer, length: number, isPipe: boolean): number {
  for (;;) {
    try {
      return readSync(file, buffer, length, buffer.length - length, null);
    } catch (error) {
      if (!isPipe || (error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pipePatienceMs);
    }
  }
}

export function failureOf(error: unknown): ReadFailure {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") return "not-found";
  if (code === "EACCES" || code === "EPERM") return "no-permission";
  if (code === "EISDIR") return "directory";
  return "unreadable";
}

/** UTF-8 with its byte-order mark kept; a file in another encoding byte by byte, so that nothing is lost. */
export const decode = (bytes: Buffer): string => bytes.toString(encodingOf(bytes));

/** The encoding by which text and bytes turn into each other without loss. */
export const encodingOf = (bytes: Buffer): "utf8" | "latin1" => (isUtf8(bytes) ? "utf8" : "latin1");

export const isTooLarge = (bytes: number) => bytes > limits.configuration;

export function describeFailure(failure: ReadFailure): string {
  const texts: Readonly<Record<ReadFailure, string>> = {
    "not-found": "no such file",
    directory: "is a directory",
    "no-permission": "permission denied",
    "too-large": "the file is larger than 10 MB or longer than a million lines, which no smtpd.conf should be",
    unreadable: "cannot be read",
    outside: "lies outside the folder given with --root",
    "outside-folder": "lies outside the folder and the repository of the configuration",
    "not-looked-for": "was not looked for",
  };
  return texts[failure];
}
