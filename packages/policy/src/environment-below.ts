import type { FileEntry, SystemUser } from "@smtpdlint/model";
import { type Environment, unknownEnvironment } from "./environment.ts";

/** A folder that stands for `/`; the edges decide what of it may be read. Paths are absolute. */
export interface FilesBelow {
  /** The text of a file, behind symbolic links. */
  text(path: string): string | undefined;
  /** What is there; undefined if nobody may look. */
  entry(path: string): FileEntry | undefined;
}

/**
 * What the files of a copy of a machine say: its users, homes and name. A copy
 * has other owners and modes than the machine: they are taken to be in order.
 */
export function environmentBelow({ text, entry }: FilesBelow): Environment {
  const passwd = text("/etc/passwd");
  const users = passwd === undefined ? undefined : parsePasswd(passwd);
  const ownerOf = (path: string) => {
    const owner = [...(users?.values() ?? [])].find(({ home }) => path === home || path.startsWith(`${home}/`));
    return owner?.uid ?? 0;
  };
  const firstLine = (path: string) => text(path)?.split("\n", 1)[0]?.trim() || undefined;
  return {
    ...unknownEnvironment,
    hostName: firstLine("/etc/mailname") ?? firstLine("/etc/myname") ?? firstLine("/etc/hostname"),
    user: (name) => (users ? (users.get(name) ?? "missing") : undefined),
    entry: (path) => {
      const found = entry(path);
      // A copy that has no /home at all says nothing about homes.
      const [top = ""] = path.split("/").filter(Boolean);
      if (!found || (top && entry(`/${top}`)?.kind === "missing")) return undefined;
      if (found.kind === "file") return { ...found, mode: 0o644, uid: ownerOf(path) };
      return found.kind === "folder" ? { ...found, mode: 0o755, uid: ownerOf(path) } : found;
    },
  };
}

function parsePasswd(text: string): Map<string, SystemUser> {
  const users = new Map<string, SystemUser>();
  for (const line of text.split("\n")) {
    const [name, , uid, gid, , home] = line.split(":");
    if (name && home !== undefined) users.set(name, { uid: Number(uid), gid: Number(gid), home });
  }
  return users;
}
