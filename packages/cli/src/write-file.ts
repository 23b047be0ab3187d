import { spawnSync } from "node:child_process";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { FileChange } from "@smtpdlint/lint";
import { onDisk, realName } from "./file-name.ts";
import { encodingOf, statusOf } from "./node-host.ts";

/**
 * Writes a new text in place of the old one, whole or not at all. Returns why it
 * could not; then the old file stands as it was.
 */
export async function writeChange(change: FileChange): Promise<string | undefined> {
  try {
    await withoutInterruption(() => write(change));
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

function write({ path, before, after }: FileChange): void {
  // Through a symbolic link, which stays.
  const target = realName(path);
  const status = statSync(onDisk(target));
  if (!status.isFile()) throw new Error("is not a regular file");
  accessSync(onDisk(target), constants.W_OK);
  const old = readFileSync(onDisk(target));
  const encoding = encodingOf(old);
  if (old.toString(encoding) !== before) throw new Error("has changed since it was read");
  const bytes = Buffer.from(after, encoding);
  if (bytes.toString(encoding) !== after) throw new Error("cannot hold the new text in its encoding");
  // A copy has the mode, the owner, the access control list and the attributes of the old file.
  if (status.nlink > 1 || !replaceFile(target, bytes, status)) overwrite(target, bytes, old);
}

/** Writes to a copy beside it, which then takes its name; false if there is no cp(1) that copies all of a file. */
function replaceFile(path: string, bytes: Buffer, { uid, gid, mode }: Stats): boolean {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  closeSync(openSync(onDisk(temporary), "wx", 0o600));
  try {
    if (!copyWhole(path, temporary)) return false;
    const file = openSync(onDisk(temporary), "r+");
    try {
      const own = fstatSync(file);
      if (own.uid !== uid || own.gid !== gid || own.mode !== mode) return false;
      writeWhole(file, bytes);
    } finally {
      closeSync(file);
    }
    renameSync(onDisk(temporary), onDisk(path));
    return true;
  } finally {
    rmSync(onDisk(temporary), { force: true });
  }
}

/** Node copies neither access control lists nor extended attributes. */
function copyWhole(from: string, to: string): boolean {
  const program = ["/bin/cp", "/usr/bin/cp"].find((path) => existsSync(path));
  // A command line of Node's is text.
  if (program === undefined || typeof onDisk(from) !== "string") return false;
  const keep = process.platform === "linux" ? "--preserve=all" : "-p";
  return spawnSync(program, [keep, "--", from, to], { stdio: "ignore", timeout: 10_000 }).status === 0;
}

/** Writes a report in place of an old one, whole or not at all; a pipe or a device is written to. */
export function writeReportFile(path: string, text: string): void {
  const status = statusOf(path);
  if (status && !status.isFile()) {
    writeFileSync(onDisk(path), text);
    return;
  }
  const target = status ? realName(path) : path;
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    writeFileSync(onDisk(temporary), text, { flag: "wx", mode: status ? status.mode & 0o7777 : 0o666 });
    renameSync(onDisk(temporary), onDisk(target));
  } finally {
    rmSync(onDisk(temporary), { force: true });
  }
}

/** A file with several names keeps them only if it is written in place; what goes wrong is undone. */
function overwrite(path: string, bytes: Buffer, old: Buffer): void {
  const file = openSync(onDisk(path), "r+");
  try {
    try {
      writeWhole(file, bytes);
    } catch (error) {
      writeWhole(file, old);
      throw error;
    }
  } finally {
    closeSync(file);
  }
}

function writeWhole(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, at);
  ftruncateSync(file, bytes.length);
  fsyncSync(file);
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Lets the signals that end the program wait until the work is done, so that no file is torn or left behind. */
async function withoutInterruption(work: () => void): Promise<void> {
  let caught: NodeJS.Signals | undefined;
  const wait = (signal: NodeJS.Signals) => {
    caught = signal;
  };
  for (const signal of signals) process.on(signal, wait);
  try {
    work();
  } finally {
    // Signals that came meanwhile are told of now.
    await setImmediate();
    for (const signal of signals) process.off(signal, wait);
    if (caught) process.kill(process.pid, caught);
  }
}

/** `no space left on device` out of `ENOSPC: no space left on device, write` */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, code, reason] = /^([A-Z0-9]+): ([^,]+)/.exec(message) ?? [];
  return code === "EISDIR" ? "is a directory" : (reason ?? message);
}
