import { isIP } from "node:net";
import type { FileEntry, FileStatus, FolderStatus, Machine, SystemUser } from "@smtpdlint/model";
import { type FixtureCase, mainPath } from "./fixture.ts";

/**
 * The machine of a case with the option `on-host`. Its files are those of the
 * case: `--- PATH 0640 1 2026-05-01` gives mode, owner and date, else they are 0644, 0 and 2026-01-01; the
 * mode `0` is that of a file that cannot be read, `/` that of a folder, `/0711:0:106` one of which mode, owner and group are known,
 * `=0660:0:5` a socket. The
 * rest is the same for all cases. It is the 1st of June 2026.
 */
export function fixtureMachine({ files, attributes, options }: FixtureCase): Machine {
  const known = (...names: string[]) => names.includes.bind(names) as (name: string) => boolean;
  return {
    fileStatus(path): FileStatus {
      if (path === "/usr/libexec/smtpd/table-ldap") return status("0755", "0");
      if (path === mainPath) return status(options.get("mode"), "0");
      if (files[path] === undefined) return { failure: "not-found" };
      return status(...(attributes[path] ?? []));
    },
    folderStatus: (path) => {
      if (path === "/var/mail" && !files[path] && !options.has("no-mail-spool"))
        return { mode: 0o755, owner: 0, group: 0 };
      return files[path] === undefined ? "missing" : folderOf(attributes[path]);
    },
    entry: (path) => entryAt(path, files, attributes),
    user: (name) => accounts[name] ?? "missing",
    persons: options.get("persons")?.split(",") ?? [],
    daemonAccount: accounts.opensmtpd,
    queueAccount: options.has("no-queue-user") ? undefined : { user: 103, group: 106 },
    privateKey: (path) => {
      if (!/BEGIN (\w+ )?PRIVATE KEY/.test(files[path] ?? "")) return "missing";
      return files[path]?.includes("ENCRYPTED") ? "encrypted" : "usable";
    },
    certificate: (path) => certificateIn(files[path])?.facts,
    isKeyOf: (key, path) => {
      const owner = certificateIn(files[path])?.key;
      return owner === undefined ? undefined : files[key]?.includes(owner);
    },
    now: Date.parse("2026-06-01"),
    isHashDatabase: (path) => (files[path] ?? "").startsWith("hash"),
    interfaces: ["lo", "eth0"],
    isInterface: (name, family) => name === "lo" || (name === "eth0" && family !== "inet6"),
    hasAddress: (name, family) =>
      /^[\d.]+$|:/.test(name) ||
      name === "mx.example.org" ||
      name === "twice.example.org" ||
      (name === "mx4.example.org" && family !== "inet6"),
    addresses: (name) => (name === "twice.example.org" ? ["192.0.2.1", "::1", "192.0.2.1"] : ["192.0.2.1", "::1"]),
    hostName: options.get("hostname") ?? "mx.example.org",
    isOwnAddress: (address) =>
      isIP(address) === 0 ? undefined : /^(127\.|::1?$|0\.0\.0\.0$|192\.0\.2\.1$)/.test(address),
    isService: known("smtp", "smtps", "submission"),
    isUser: known("root", "vmail", "opensmtpd", "opensmtpq"),
    isGroup: known("root", "vmail"),
    helperFolders: ["/usr/libexec/smtpd"],
  };
}

/** `CERTIFICATE 2026-01-01 2027-01-01 NAME,… KEY CHAIN`, in place of PEM; CHAIN is as many `+` as certificates follow, `-` for one that has not issued the one before, or `issuer` if it stands alone and names its issuer. */
function certificateIn(text = "") {
  const [, from, to, names, key, chain = ""] = /^CERTIFICATE (\S+) (\S+) (\S+) (\S+)(?: (\S+))?/.exec(text) ?? [];
  if (!from || !to || !names || !key) return undefined;
  const namesIssuer = chain === "issuer";
  const issued = namesIssuer ? [] : [...chain].map((sign) => sign === "+");
  const dates = { validFrom: Date.parse(from), validTo: Date.parse(to) };
  return { facts: { ...dates, names: names.split(","), chain: issued, namesIssuer }, key };
}

/** `vmail` has the number 5000, `joe` 1001 and `mary` 1002, each with a group of its own, `opensmtpd` 107 and `opensmtpq` 106. */
const accounts: Readonly<Record<string, SystemUser>> = Object.fromEntries(
  Object.entries({ root: 0, vmail: 5000, joe: 1001, mary: 1002, opensmtpd: 107, opensmtpq: 106 }).map(([name, id]) => [
    name,
    { uid: id, gid: id, home: name === "root" ? "/root" : `/home/${name}` },
  ]),
);

/** What is at a path: folders above a file that say nothing of themselves are root's. */
function entryAt(path: string, files: FixtureCase["files"], attributes: FixtureCase["attributes"]): FileEntry {
  const [, kind, mode = "0644", uid = "0", gid = "0"] =
    /^([/=]?)(\d+)(?::(\d+):(\d+))?$/.exec(attributes[path]?.[0] ?? "0644") ?? [];
  const permissions = {
    mode: Number.parseInt(mode, 8),
    uid: Number(uid),
    gid: Number(gid),
    hasAccessList: () => false,
  };
  const text = files[path];
  if (text !== undefined) {
    if (kind === "/") return { kind: "folder", ...permissions };
    return kind === "=" ? { kind: "special", ...permissions } : { kind: "file", text, ...permissions };
  }
  const isAbove = path === "/" || Object.keys(files).some((name) => name.startsWith(`${path}/`));
  return isAbove ? { kind: "folder", mode: 0o755, uid: 0, gid: 0 } : { kind: "missing" };
}

/** `/0711:0:0` in place of a mode: the mode, owner and group of a folder. */
function folderOf([text = ""]: readonly string[] = []): FolderStatus {
  const [, mode, owner, group] = /^\/(\d+):(\d+):(\d+)$/.exec(text) ?? [];
  return mode ? { mode: Number.parseInt(mode, 8), owner: Number(owner), group: Number(group) } : "other";
}

function status(mode = "0644", owner = "0", date = "2026-01-01"): FileStatus {
  if (mode.startsWith("/")) return { failure: "directory" };
  if (mode.startsWith("=")) return { failure: "unreadable" };
  const bits = Number.parseInt(mode, 8);
  return bits === 0
    ? { failure: "no-permission" }
    : { mode: bits, owner: Number(owner), modified: Date.parse(date), public: (bits & 4) !== 0 };
}
