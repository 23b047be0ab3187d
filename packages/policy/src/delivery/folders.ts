import type { Environment } from "../environment.ts";
import { join, realPath } from "../expansion/real-path.ts";

/** Why something cannot be written, as strerror(3) says it. */
export type WriteProblem = "No such file or directory" | "Permission denied" | "Not a directory";

/**
 * Whether a user can make a folder with all that leads to it, and files in it
 * (mail.maildir.c, maildir_mkdirs). Undefined if that is not known.
 */
export function folderProblem(
  environment: Pick<Environment, "entry">,
  path: string,
  uid: number,
): WriteProblem | "none" | undefined {
  // A relative path is not made, and then nothing can be made in it.
  if (!path.startsWith("/")) return "No such file or directory";
  const names = path.split("/").filter(Boolean);
  let at = "/";
  for (const [index, name] of names.entries()) {
    const isLast = index === names.length - 1;
    const next = join(at, name);
    const found = realPath(environment, next);
    if (found === undefined) return undefined;
    if (found === "blocked") return "Not a directory";
    if (found === "missing") {
      const writable = isWritable(environment, at, uid);
      // The first folder that cannot be made, and all below it, are missed later.
      return writable === undefined ? undefined : writable ? "none" : "No such file or directory";
    }
    if (found.entry.kind !== "folder") return "Not a directory";
    if (isLast) {
      const writable = isWritable(environment, next, uid);
      return writable === undefined ? undefined : writable ? "none" : "Permission denied";
    }
    at = next;
  }
  return "Permission denied";
}

/** Whether a user can open a file to write to it, or make it. */
export function fileProblem(
  environment: Pick<Environment, "entry">,
  path: string,
  uid: number,
): WriteProblem | "none" | undefined {
  const found = realPath(environment, path);
  if (found === undefined) return undefined;
  if (found === "blocked") return "Not a directory";
  if (found === "missing") {
    const folder = path.slice(0, path.lastIndexOf("/")) || "/";
    const parent = realPath(environment, folder);
    if (parent === undefined) return undefined;
    if (parent === "missing" || parent === "blocked") return "No such file or directory";
    const writable = isWritable(environment, folder, uid);
    return writable === undefined ? undefined : writable ? "none" : "Permission denied";
  }
  if (found.entry.kind === "special") return undefined;
  return canWrite(found.entry, uid) ? "none" : "Permission denied";
}

function isWritable(environment: Pick<Environment, "entry">, path: string, uid: number): boolean | undefined {
  const found = realPath(environment, path);
  if (found === undefined) return undefined;
  return typeof found === "object" && found.entry.kind === "folder" && canWrite(found.entry, uid);
}

/** The group is not looked at. */
const canWrite = ({ mode, uid: owner }: { readonly mode: number; readonly uid: number }, uid: number) =>
  uid === 0 || (mode & (owner === uid ? 0o200 : 0o002)) !== 0;
