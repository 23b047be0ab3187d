/**
 * The users of a machine and their homes, as its files say; undefined if they do not say it
 * all: passwd(5) is missing or an overlay, or another database may know more
 * (nsswitch.conf(5); lines with `+` are for YP).
 */
export function localUsers(read: (path: string) => string | undefined): ReadonlyMap<string, string> | undefined {
  const users = usersIn(read("/etc/passwd") ?? "");
  const databases = /^\s*passwd:([^#\n]*)/m.exec(read("/etc/nsswitch.conf") ?? "")?.[1] ?? "files";
  const isAll = databases
    .replace(/\[[^\]]*\]/g, "")
    .split(/\s+/)
    .every((name) => localDatabases.has(name));
  const isOverlay = !users.has("root") || [...users.keys()].some((name) => /^[+-]/.test(name));
  return isAll && !isOverlay ? users : undefined;
}

/** What a passwd(5) names, and the home of each; a line that begins with `+`, or has no name, is among them. */
export function usersIn(passwd: string): Map<string, string> {
  const users = new Map<string, string>();
  for (const line of passwd.split("\n")) {
    const [name = "", , , , , home = ""] = line.split(":");
    // getpwnam(3) finds the first.
    if (!users.has(name)) users.set(name, home);
  }
  return users;
}

/** The paths that the `.forward` files of users have, if there are any. */
export const forwardFilesOf = (users: ReadonlyMap<string, string> | undefined): string[] => [
  ...new Set([...(users?.values() ?? [])].filter(isHome).map((home) => `${home.replace(/\/+$/, "")}/.forward`)),
];

const isHome = (home: string) => /^\/./.test(home);

/** Those that have no users of other machines. */
const localDatabases: ReadonlySet<string> = new Set(["", "files", "compat", "systemd"]);
