import { spawnSync } from "node:child_process";
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
} from "node:fs";
import { BlockList, isIP } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { dirname } from "node:path";
import type {
  Certificate,
  Family,
  FileEntry,
  FileStatus,
  FolderStatus,
  KeyStatus,
  Machine,
  SystemUser,
} from "@smtpdlint/model";
import { entryAt, textAt } from "./file-entry.ts";
import { systemProgram } from "./installed-release.ts";
import { failureOf, openWithoutWaiting, readBytes } from "./node-host.ts";

/** A larger file, in bytes, is no key. */
const mostOfKey = 1e6;
/** No more is a name. */
const mostOfName = 1e4;

/**
 * This machine. What the C library answers to smtpd, it answers to getent(1)
 * too, from the same files and servers: so a host name may cost a question to
 * the DNS, as it does in smtpd. Where there is no getent nothing is known.
 */
export class NodeMachine implements Machine {
  readonly now = Date.now();
  readonly interfaces: readonly string[];
  readonly helperFolders: readonly string[];
  private readonly own = networkInterfaces();
  private readonly answers = new Map<string, string | undefined>();
  /** Milliseconds that all questions may take together: a server of the DNS may be silent. */
  private patience = 10_000;

  constructor(private readonly lookUp: typeof getent = getent) {
    this.interfaces = Object.keys(this.own);
    this.helperFolders = helperFolders().filter((folder) => existsSync(folder));
  }

  fileStatus(path: string): FileStatus {
    try {
      const status = statSync(path);
      if (status.isDirectory()) return { failure: "directory" };
      accessSync(path, constants.R_OK);
      const isOpen = isPublic(realpathSync(path));
      return { owner: status.uid, mode: status.mode & 0o777, modified: status.mtimeMs, public: isOpen };
    } catch (error) {
      return { failure: failureOf(error) };
    }
  }

  folderStatus(path: string): FolderStatus | undefined {
    try {
      const status = statSync(path);
      if (!status.isDirectory()) return "other";
      return { owner: status.uid, group: status.gid, mode: status.mode & 0o7777 };
    } catch (error) {
      return failureOf(error) === "not-found" ? "missing" : undefined;
    }
  }

  entry(path: string): FileEntry | undefined {
    return entryAt(path);
  }

  get persons(): readonly string[] {
    const lines = textAt("/etc/passwd")?.split("\n") ?? [];
    return lines.flatMap((line) => {
      const [name, , uid, , , , shell = ""] = line.split(":");
      const isPerson = Number(uid) >= firstPerson && Number(uid) <= lastPerson && !/(?:nologin|false)$/.test(shell);
      return name && isPerson ? [name] : [];
    });
  }

  get daemonAccount(): SystemUser | undefined {
    const name = this.packageName(daemonNames);
    const user = name === undefined ? undefined : this.user(name);
    return user === "missing" ? undefined : user;
  }

  /** The one name that a user of smtpd has here: of two, one is left over from another package. */
  private packageName(names: readonly string[]): string | undefined {
    const [name, ...others] = names.filter((name) => this.isUser(name) !== false);
    return others.length > 0 ? undefined : name;
  }

  get queueAccount(): { user: number; group: number } | undefined {
    const name = this.packageName(queueNames);
    if (name === undefined) return undefined;
    const [user, group] = [this.user(name), this.ask("group", name)];
    const gid = /^[^:]*:[^:]*:(\d+)/.exec(group ?? "")?.[1];
    return typeof user === "object" && gid !== undefined ? { user: user.uid, group: Number(gid) } : undefined;
  }

  privateKey(path: string): KeyStatus {
    const key = readKey(path);
    return typeof key === "string" ? key : "usable";
  }

  certificate(path: string): Certificate | undefined {
    const [certificate, ...others] = readCertificates(path);
    if (!certificate) return undefined;
    const names = (certificate.subjectAltName ?? "").split(", ").flatMap((name) => /^DNS:(.+)$/.exec(name)?.[1] ?? []);
    return {
      validFrom: Date.parse(certificate.validFrom),
      validTo: Date.parse(certificate.validTo),
      names: names.map((name) => name.toLowerCase()),
      chain: others.map(
        (issuer, index) => (index === 0 ? certificate : others[index - 1])?.checkIssued(issuer) === true,
      ),
      namesIssuer: certificate.infoAccess?.includes("CA Issuers - URI:") === true,
    };
  }

  isKeyOf(key: string, certificate: string): boolean | undefined {
    const [privateKey, x509] = [readKey(key), readCertificates(certificate)[0]];
    return typeof privateKey === "string" || !x509 ? undefined : x509.checkPrivateKey(privateKey);
  }

  isHashDatabase(path: string): boolean | undefined {
    try {
      const head = readStart(path, 16);
      // The database of a BSD may be empty.
      if (head.length === 0 && process.platform !== "linux") return undefined;
      return hashMagic.some((magic) => head.indexOf(magic) === 0 || head.indexOf(magic) === 12);
    } catch {
      return undefined;
    }
  }

  isInterface(name: string, family: Family): boolean | undefined {
    const addresses = Object.hasOwn(this.own, name) ? this.own[name] : undefined;
    if (addresses) return addresses.some((item) => family === "any" || item.family === families[family]);
    // Node does not see interfaces that are down, nor the groups of a BSD.
    if (process.platform !== "linux") return undefined;
    if (!linuxInterfaces().includes(name)) return false;
    const found = familiesOnLinux(name);
    return found && (family === "any" ? found.size > 0 : found.has(family));
  }

  hasAddress(name: string, family: Family): boolean | undefined {
    const found = this.ask("ahosts", name);
    if (found === undefined || found === "missing") return found && false;
    const isIPv6 = found.split("\n").flatMap((line) => (line === "" ? [] : [line.split(/\s/, 1)[0]?.includes(":")]));
    return family === "any" || isIPv6.includes(family === "inet6");
  }

  addresses(name: string): readonly string[] | undefined {
    const found = this.ask("ahosts", name);
    if (found === undefined || found === "missing") return undefined;
    return found.split("\n").flatMap((line) => /^(\S+)\s+STREAM\b/.exec(line)?.[1] ?? []);
  }

  get hostName(): string | undefined {
    const mailname = ["/etc/mailname", "/etc/mail/mailname"].map(firstLineOf).find(Boolean);
    if (mailname) return mailname;
    const name = hostname();
    if (name.includes(".")) return name;
    // The first line has the full name behind the address.
    const found = this.ask("ahosts", name);
    return found === undefined || found === "missing"
      ? found && name
      : (/^\S+\s+STREAM\s+(\S+)/.exec(found)?.[1] ?? name);
  }

  isOwnAddress(address: string): boolean | undefined {
    const version = isIP(address);
    if (version === 0 || address.includes("%") || canBindAnywhere(version)) return undefined;
    const list = new BlockList();
    list.addSubnet("127.0.0.0", 8, "ipv4");
    for (const any of ["0.0.0.0", "::"]) list.addAddress(any, any === "::" ? "ipv6" : "ipv4");
    for (const own of Object.values(this.own).flatMap((items) => items ?? [])) {
      list.addAddress(own.address.replace(/%.*/, ""), own.family === "IPv6" ? "ipv6" : "ipv4");
    }
    return list.check(address, version === 6 ? "ipv6" : "ipv4");
  }

  isService(name: string): boolean | undefined {
    return isNumber(name) ? undefined : this.knows("services", `${name}/tcp`);
  }

  isUser(name: string): boolean | undefined {
    return isNumber(name) ? undefined : this.knows("passwd", name);
  }

  /** The line of a user in the database of the system, as getpwnam(3) finds it. */
  user(name: string): SystemUser | "missing" | undefined {
    const line = isNumber(name) ? undefined : this.ask("passwd", name);
    if (line === undefined || line === "missing") return line;
    const [, , uid, gid, , home = ""] = line.trimEnd().split(":");
    return { uid: Number(uid), gid: Number(gid), home };
  }

  isGroup(name: string): boolean | undefined {
    return isNumber(name) ? undefined : this.knows("group", name);
  }

  private knows(database: string, key: string): boolean | undefined {
    const found = this.ask(database, key);
    return found === undefined ? undefined : found !== "missing";
  }

  private ask(database: string, key: string): string | "missing" | undefined {
    const question = `${database} ${key}`;
    if (!this.answers.has(question)) {
      const start = performance.now();
      this.answers.set(question, this.patience > 0 ? this.lookUp(database, key, Math.ceil(this.patience)) : undefined);
      this.patience -= performance.now() - start;
    }
    return this.answers.get(question);
  }
}

/** The numbers that useradd(8) and adduser(8) give to persons; systems differ in the first few. */
const firstPerson = 1000;
const lastPerson = 59_999;

/** smtpd's own user on OpenBSD and FreeBSD, in other packages, and on Debian. */
const daemonNames = ["_smtpd", "smtpd", "opensmtpd"];

/** The user of the queue on OpenBSD and FreeBSD, in other packages, and on Debian. */
const queueNames = ["_smtpq", "smtpq", "opensmtpq"];

function firstLineOf(path: string): string | undefined {
  const bytes = readBytes(path, mostOfName);
  return typeof bytes === "string" ? undefined : bytes.toString().split("\n", 1)[0]?.trim() || undefined;
}

/** True if programs may bind to addresses that no interface has (ip(7), ipv6(7) of Linux). */
function canBindAnywhere(version: number): boolean {
  try {
    const setting = `/proc/sys/net/ipv${version}/ip_nonlocal_bind`;
    return readFileSync(setting, "utf8").trim() !== "0";
  } catch {
    return false;
  }
}

/** How a hash of Berkeley DB starts, or since version 2 goes on after 12 bytes, on machines of either byte order. */
const hashMagic = ["61150600", "00061561"].map((hex) => Buffer.from(hex, "hex"));

function readStart(path: string, length: number): Buffer {
  const file = openWithoutWaiting(path);
  try {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(file, buffer));
  } finally {
    closeSync(file);
  }
}

const families = { inet4: "IPv4", inet6: "IPv6" } as const;

/** All interfaces of a Linux, those that are down too. */
function linuxInterfaces(): string[] {
  const folder = "/sys/class/net";
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** getent would look for a port, a user or a group of that number. */
const isNumber = (name: string) => /^\d+$/.test(name);

/** What getent(1) prints of `key`, `missing` if there is no such thing, undefined if it could not look. */
function getent(database: string, key: string, timeout: number): string | "missing" | undefined {
  const program = systemProgram("getent");
  if (!program || key.startsWith("-") || key.includes("\0")) return undefined;
  const { status, stdout } = spawnSync(program, [database, key], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    timeout,
  });
  return status === 0 ? stdout : status === 2 ? "missing" : undefined;
}

/** The versions of IP that an interface of a Linux has addresses of, also while it is down; undefined if nobody can tell. */
function familiesOnLinux(name: string): ReadonlySet<Family> | undefined {
  const program = systemProgram("ip");
  if (!program || name.startsWith("-")) return undefined;
  const { status, stdout } = spawnSync(program, ["-o", "addr", "show", "dev", name], {
    encoding: "utf8",
    timeout: 2000,
  });
  if (status !== 0) return undefined;
  return new Set(stdout.match(/ inet6?(?= )/g)?.map((word) => (word === " inet" ? "inet4" : "inet6")));
}

/** True if all users may read the file and pass the folders above it. */
function isPublic(path: string): boolean {
  if (!(statSync(path).mode & 0o004)) return false;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (!(statSync(folder).mode & 0o001)) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** PATH_LIBEXEC of OpenBSD and of the packages of other systems. */
function helperFolders(): string[] {
  const multiarch = existsSync("/usr/lib") ? readdirSync("/usr/lib").filter((name) => name.includes("-linux-gnu")) : [];
  return [
    "/usr/libexec/opensmtpd",
    "/usr/libexec/smtpd",
    "/usr/local/libexec/opensmtpd",
    "/usr/local/libexec/smtpd",
    "/usr/lib/opensmtpd",
    ...multiarch.map((name) => `/usr/lib/${name}/opensmtpd`),
  ];
}

/** The key of a file in PEM, or why there is none. */
function readKey(path: string): KeyObject | Exclude<KeyStatus, "usable"> {
  const bytes = readBytes(path, mostOfKey);
  if (typeof bytes === "string") return "missing";
  try {
    // A byte-order mark before it does no harm.
    return createPrivateKey({ key: bytes.toString("latin1").replace(/^\xef\xbb\xbf/, ""), format: "pem" });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ERR_MISSING_PASSPHRASE" ? "encrypted" : "missing";
  }
}

/** The certificates of a file in PEM, in their order, up to one that cannot be read. */
function readCertificates(path: string): X509Certificate[] {
  const bytes = readBytes(path, mostOfKey);
  if (typeof bytes === "string") return [];
  const texts = bytes.toString("latin1").match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g);
  const certificates: X509Certificate[] = [];
  try {
    for (const text of texts ?? [bytes]) certificates.push(new X509Certificate(text));
  } catch {
    // What follows belongs to nothing that is known.
  }
  return certificates;
}
