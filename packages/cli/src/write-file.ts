import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { FileChange } from "@smtpdlint/analysis";
import { encodingOf } from "./node-host.ts";

/**
 * Writes a new text in place of the old one, whole or not at all: to a file
 * beside it that then takes its name, mode and owner. Returns why it could not;
 * then the old file stands as it was.
 */
export function writeChange({ path, before, after }: FileChange): string | undefined {
  try {
    // Through a symbolic link, which stays.
    const target = realpathSync(path);
    const status = statSync(target);
    if (!status.isFile()) return "is not a regular file";
    accessSync(target, constants.W_OK);
    const old = readFileSync(target);
    const encoding = encodingOf(old);
    if (old.toString(encoding) !== before) return "has changed since it was read";
    const bytes = Buffer.from(after, encoding);
    if (bytes.toString(encoding) !== after) return "cannot hold the new text in its encoding";
    replaceFile(target, bytes, status);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

function replaceFile(
  path: string,
  bytes: Buffer,
  { uid, gid, mode }: { uid: number; gid: number; mode: number },
): void {
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

/** `no space left on device` out of `ENOSPC: no space left on device, write` */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
