import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  realpathSync,
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
import { encodingOf } from "./node-host.ts";

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
  const target = realpathSync(path);
  const status = statSync(target);
  if (!status.isFile()) throw new Error("is not a regular file");
  accessSync(target, constants.W_OK);
  const old = readFileSync(target);
  const encoding = encodingOf(old);
  if (old.toString(encoding) !== before) throw new Error("has changed since it was read");
  const bytes = Buffer.from(after, encoding);
  if (bytes.toString(encoding) !== after) throw new Error("cannot hold the new text in its encoding");
  if (status.nlink > 1) overwrite(target, bytes, old);
  else replaceFile(target, bytes, status);
}

/** Writes to a file beside it, which then takes its name, mode and owner. */
function replaceFile(path: string, bytes: Buffer, { uid, gid, mode }: Stats): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  const file = openSync(temporary, "wx", 0o600);
  try {
    try {
      writeFileSync(file, bytes);
      const own = fstatSync(file);
      if (own.uid !== uid || own.gid !== gid) fchownSync(file, uid, gid);
      fchmodSync(file, mode & 0o7777);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** A file with several names keeps them only if it is written in place; what goes wrong is undone. */
function overwrite(path: string, bytes: Buffer, old: Buffer): void {
  const file = openSync(path, "r+");
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
  return /^[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
