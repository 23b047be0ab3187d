/**
 * The users of a machine, as its files say; undefined if they do not say it
 * all: passwd(5) is missing or an overlay, or another database may know more
 * (nsswitch.conf(5); lines with `+` are for YP).
 */
export function localUsers(read: (path: string) => string | undefined): ReadonlySet<string> | undefined {
  const lines = read("/etc/passwd")?.split("\n") ?? [];
  const users = new Set(lines.map((line) => line.split(":", 1)[0] as string));
  const databases = /^\s*passwd:([^#\n]*)/m.exec(read("/etc/nsswitch.conf") ?? "")?.[1] ?? "files";
  const isAll = databases
    .replace(/\[[^\]]*\]/g, "")
    .split(/\s+/)
    .every((name) => localDatabases.has(name));
  const isOverlay = !users.has("root") || lines.some((line) => /^[+-]/.test(line));
  return isAll && !isOverlay ? users : undefined;
}

/** Those that have no users of other machines. */
const localDatabases: ReadonlySet<string> = new Set(["", "files", "compat", "systemd"]);
