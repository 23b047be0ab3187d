import { spawnSync } from "node:child_process";
import { lstatSync, readFileSync, readlinkSync } from "node:fs";
import type { FileEntry } from "@smtpdlint/model";
import { systemProgram } from "./installed-release.ts";

/** Files of homes and lists that smtpd reads are small: so many bytes are read of one. */
export const mostBytes = 1e6;

/** What is at a path of this machine; undefined if it cannot be looked at. */
export function entryAt(path: string): FileEntry | undefined {
  try {
    const status = lstatSync(path);
    const hasAccessList = () => mayHaveAccessList(path);
    const permissions = { mode: status.mode & 0o7777, uid: status.uid, gid: status.gid, hasAccessList };
    if (status.isSymbolicLink()) return { kind: "link", target: readlinkSync(path) };
    if (status.isDirectory()) return { kind: "folder", ...permissions };
    if (!status.isFile()) return { kind: "special", ...permissions };
    // Of the file of a mailbox nobody wants to see the text.
    if (status.size > mostBytes) return undefined;
    const text = textAt(path);
    return text === undefined ? undefined : { kind: "file", text, ...permissions };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? { kind: "missing" } : undefined;
  }
}

/** The text of a file; undefined if it cannot be read. */
export function textAt(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** The mark that ls(1) puts behind a mode says whether there is more than the mode; where there is no ls there may be. */
function mayHaveAccessList(path: string): boolean {
  const program = systemProgram("ls");
  if (!program) return true;
  const { status, stdout } = spawnSync(program, ["-ld", path], { encoding: "utf8", timeout: 2000 });
  return status !== 0 || stdout[10] === "+";
}
