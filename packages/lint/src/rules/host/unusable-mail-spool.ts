import type { Action } from "@smtpdlint/grammar";
import { type FileEntry, type FolderStatus, type Machine, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "unusable-mail-spool",
    category: "suspicious",
    summary: "a folder of mailboxes to which 'mbox' cannot deliver",
    messages: {
      missing: "there is no folder {path} for the mailboxes: mail stays in the queue",
      open: "everybody may write to {path}, where mail.local {target} delivers nothing: mail stays in the queue",
      closed: "mail.local may not make a lock in {path}: mail stays in the queue",
    },
  },
  model(model, { report }) {
    const { machine } = model;
    if (!machine) return;
    const action = model.actions.find((action: Action) => !action.broken && action.method?.word === "mbox");
    const spool = machine.folderStatus(path);
    if (!action?.method || spool === undefined) return;
    const at = (message: "missing" | "open" | "closed", help: string) =>
      report({
        span: action.method?.span ?? action.span,
        message,
        data: { path: quote(path), target: model.target },
        help,
      });
    if (typeof spool === "string") {
      // Another libc may have it elsewhere.
      if (machine.folderStatus("/var/spool/mail") === "missing") at("missing", `make it: install -d -m 0755 ${path}`);
    } else if (spool.mode & 0o002) {
      if (model.isAtLeast("7.8")) at("open", `chmod o-w ${path}`);
    } else if (mayLock(machine, spool) === false) {
      at("closed", "let its group be that of the program mail.local, and writable for it, as the package makes it");
    }
  },
});

/** _PATH_MAILDIR of OpenBSD, FreeBSD, glibc and musl. */
const path = "/var/mail";

/**
 * Whether mail.local can lock a mailbox: itself or by lockspool, one of which
 * is root's or of a group that may write here. Undefined if nobody can tell.
 */
function mayLock(machine: Machine, spool: Exclude<FolderStatus, string>): boolean | undefined {
  const folders = machine.helperFolders.filter((folder) => machine.entry(`${folder}/mail.local`)?.kind === "file");
  const [folder, ...others] = folders;
  if (folder === undefined || others.length > 0) return undefined;
  const programs = ["mail.local", "lockspool"].map((name) => machine.entry(`${folder}/${name}`));
  if (!programs.every(isFile)) return undefined;
  if (programs.some(({ mode, uid }) => (mode & setUserId) !== 0 && uid === 0)) return true;
  const isGroup = programs.some(({ mode, gid }) => (mode & setGroupId) !== 0 && gid === spool.group);
  const here = machine.entry(path);
  const mayHaveList = !here || !("hasAccessList" in here) || here.hasAccessList?.() !== false;
  return isGroup && (spool.mode & 0o020) !== 0 ? true : mayHaveList ? undefined : false;
}

const isFile = (entry: FileEntry | undefined): entry is Extract<FileEntry, { kind: "file" }> => entry?.kind === "file";

const setUserId = 0o4000;
const setGroupId = 0o2000;
