import { isAtLeast, type Release } from "@smtpdlint/grammar";
import type { FileEntry, SystemUser } from "@smtpdlint/model";
import { type Environment, unknownEnvironment } from "./environment.ts";

/** A machine in plain data, as a file of questions describes it. What it does not list does not exist. */
export interface EnvironmentDescription {
  readonly env: {
    readonly hostname: string;
    /** The addresses of all interfaces: `192.0.2.1`, `2001:db8::1`. */
    readonly localAddresses: readonly string[];
    /** `localhost` and the machine's own names. */
    readonly localNames: readonly string[];
  };
  /** Seconds since 1970. */
  readonly now?: number;
  /** Texts by their paths. They belong to root, and everybody may read them. */
  readonly files?: Readonly<Record<string, string>>;
  /** Lines `name:uid:gid:home`. */
  readonly users?: string;
  /** What is in the homes. A home that is not listed exists, and belongs to its user. */
  readonly home?: Readonly<Record<string, DescribedEntry>>;
}

/** A file, a folder, a symbolic link, or nothing. Modes are octal; owners are names of users. */
export type DescribedEntry =
  | { readonly text: string; readonly mode: string; readonly owner: string }
  | { readonly dir: true; readonly mode: string; readonly owner: string }
  | { readonly link: string }
  | { readonly missing: true };

/** The machine that a description describes, for smtpd of a release; its DNS and its filters stay unknown. */
export function describedEnvironment(description: EnvironmentDescription, target: Release): Environment {
  const { env, now, files = {}, users = "", home = {} } = description;
  const accounts = parseUsers(users);
  const uidOf = (owner: string) => accounts.get(owner)?.uid ?? 0;
  const entries = new Map<string, FileEntry>();
  for (const { uid, home } of accounts.values()) entries.set(home, { kind: "folder", mode: 0o755, uid });
  for (const [path, text] of Object.entries(files)) entries.set(path, { kind: "file", text, mode: 0o644, uid: 0 });
  for (const [path, entry] of Object.entries(home)) entries.set(path, entryOf(entry, uidOf));
  for (const path of [...entries.keys()]) {
    for (const folder of foldersAbove(path)) {
      if (!entries.has(folder)) entries.set(folder, { kind: "folder", mode: 0o755, uid: 0 });
    }
  }
  return {
    ...unknownEnvironment,
    ...localTables(env, target),
    hostName: env.hostname,
    now,
    user: (name) => accounts.get(name) ?? "missing",
    entry: (path) => entries.get(path) ?? { kind: "missing" },
  };
}

/** What smtpd puts into `<localhost>` and `<localnames>` (config.c, set_localaddrs). */
export function localTables(
  { localAddresses, localNames }: Pick<EnvironmentDescription["env"], "localAddresses" | "localNames">,
  target: Release,
): Pick<Environment, "localAddresses" | "localNames"> {
  const addresses = localAddresses.map((address) => (address.includes(":") ? `[${address}]` : address));
  // Up to 7.4 also as they stand in mail addresses, after a fashion.
  const literals = isAtLeast(target, "7.5") ? [] : addresses.flatMap((address) => literalsOf(address));
  return { localAddresses: ["local", ...addresses], localNames: [...localNames, ...addresses, ...literals] };
}

const literalsOf = (address: string) =>
  address.startsWith("[") ? [`[${address}]`, `[ipv6:${address}]`] : [`[${address}]`];

function parseUsers(text: string): Map<string, SystemUser> {
  const users = new Map<string, SystemUser>();
  for (const line of text.split("\n")) {
    const [name, uid, gid, home] = line.split(":");
    if (name && home !== undefined) users.set(name, { uid: Number(uid), gid: Number(gid), home });
  }
  return users;
}

function entryOf(entry: DescribedEntry, uidOf: (owner: string) => number): FileEntry {
  if ("missing" in entry) return { kind: "missing" };
  if ("link" in entry) return { kind: "link", target: entry.link };
  const permissions = { mode: Number.parseInt(entry.mode, 8), uid: uidOf(entry.owner) };
  return "dir" in entry ? { kind: "folder", ...permissions } : { kind: "file", text: entry.text, ...permissions };
}

function foldersAbove(path: string): string[] {
  const folders = ["/"];
  for (let at = path.indexOf("/", 1); at !== -1; at = path.indexOf("/", at + 1)) folders.push(path.slice(0, at));
  return folders;
}
