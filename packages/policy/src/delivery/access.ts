import type { Permissions } from "@smtpdlint/model";
import type { Environment } from "../environment.ts";
import { join, realPath } from "../expansion/real-path.ts";

/** Why something cannot be written, as strerror(3) says it. */
export type WriteProblem = "No such file or directory" | "Permission denied" | "Not a directory";

/** Who reads and writes: smtpd gives a delivery no group but the first of its user (smtpd.c, forkmda). */
export interface Account {
  readonly uid: number;
  /** Undefined if it is not known. */
  readonly gid?: number | undefined;
}

type Answer = WriteProblem | "none" | undefined;
type Files = Pick<Environment, "entry">;

/**
 * Whether a user can make a folder with all that leads to it, and files in it
 * (mail.maildir.c, maildir_mkdirs). Undefined if that is not known.
 */
export function folderProblem(environment: Files, path: string, account: Account): Answer {
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
      // The first folder that cannot be made, and all below it, are missed later.
      return verdict(mayWriteIn(environment, at, account), "No such file or directory");
    }
    if (found.entry.kind !== "folder") return "Not a directory";
    if (isLast) return verdict(mayDeliverTo(environment, next, account), "Permission denied");
    at = next;
  }
  return "Permission denied";
}

/** Whether a user can open a file to write to it, or make it. */
export function fileProblem(environment: Files, path: string, account: Account): Answer {
  const found = realPath(environment, path);
  if (found === undefined) return undefined;
  if (found === "blocked") return "Not a directory";
  if (found === "missing") {
    const folder = path.slice(0, path.lastIndexOf("/")) || "/";
    const parent = realPath(environment, folder);
    if (parent === undefined) return undefined;
    if (parent === "missing" || parent === "blocked") return "No such file or directory";
    return verdict(mayWriteIn(environment, folder, account), "Permission denied");
  }
  if (found.entry.kind === "special") return undefined;
  return verdict(all(mayPass(environment, path, account), allows(found.entry, account, write)), "Permission denied");
}

/** Whether a user can connect to a socket (unix(7): who may write to it). */
export function socketProblem({ socket }: Pick<Environment, "socket">, path: string, account: Account): Answer {
  const environment = { entry: socket };
  const found = realPath(environment, path);
  if (found === undefined) return undefined;
  if (found === "blocked") return "Not a directory";
  // Who may not pass a folder does not learn what is in it.
  const passes = mayPass(environment, path, account);
  if (found === "missing") return passes === undefined ? undefined : verdict(passes, "Permission denied", missing);
  return verdict(all(passes, allows(found.entry, account, write)), "Permission denied");
}

const missing = "No such file or directory";

const verdict = (isAllowed: boolean | undefined, problem: WriteProblem, otherwise: WriteProblem | "none" = "none") =>
  isAllowed === undefined ? undefined : isAllowed ? otherwise : problem;

/** True if a user can put mail into the folders of a maildir, or make what is missing of them. */
function mayDeliverTo(environment: Files, path: string, account: Account): boolean | undefined {
  const parts = ["tmp", "new", "cur"].map((name) => join(path, name));
  const found = parts.map((part) => realPath(environment, part));
  if (found.includes("missing")) {
    const folder = realPath(environment, path);
    // Its owner gets the mode 0700 first.
    const isOwn = typeof folder === "object" && folder.entry.uid === account.uid;
    return isOwn ? mayPass(environment, path, account) : mayWriteIn(environment, path, account);
  }
  if (found.includes(undefined)) return undefined;
  return all(...parts.slice(0, 2).map((part) => mayWriteIn(environment, part, account)));
}

/** True if a user can make files in a folder; false if it is none. */
function mayWriteIn(environment: Files, path: string, account: Account): boolean | undefined {
  const found = realPath(environment, path);
  if (found === undefined) return undefined;
  if (typeof found !== "object" || found.entry.kind !== "folder") return false;
  const { entry } = found;
  return all(mayPass(environment, path, account), allows(entry, account, write), allows(entry, account, execute));
}

/** True if a user may go through all folders that lead to a path. */
function mayPass(environment: Files, path: string, account: Account): boolean | undefined {
  const answers: (boolean | undefined)[] = [];
  realPath(environment, path, (folder) => answers.push(allows(folder, account, execute)));
  return all(...answers);
}

const write = 0o2;
const execute = 0o1;

/** What a mode allows (path_resolution(7)): to root all, to others what the first of owner, group and others that fits has. */
function allows(entry: Permissions, { uid, gid }: Account, bit: number): boolean | undefined {
  if (uid === 0) return true;
  const [ofOwner, ofGroup, ofOthers] = [6, 3, 0].map((shift) => (entry.mode & (bit << shift)) !== 0);
  const isKnown = entry.gid !== undefined && gid !== undefined;
  if (uid !== entry.uid && !isKnown && ofGroup !== ofOthers) return undefined;
  const isAllowed = uid === entry.uid ? ofOwner : gid === entry.gid ? ofGroup : ofOthers;
  return isAllowed || !entry.hasAccessList?.() ? isAllowed : undefined;
}

/** Three-valued: false as soon as one is. */
const all = (...answers: readonly (boolean | undefined)[]): boolean | undefined =>
  answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
