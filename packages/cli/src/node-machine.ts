import { spawnSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { accessSync, closeSync, constants, existsSync, readdirSync, readSync, realpathSync, statSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { dirname } from "node:path";
import type { Family, FileStatus, Machine } from "@smtpdlint/model";
import { failureOf, openWithoutWaiting, readBytes } from "./node-host.ts";

/** A larger file, in bytes, is no key. */
const mostOfKey = 1e6;

/**
 * This machine. What the C library answers to smtpd, it answers to getent(1)
 * too, from the same files and servers: so a host name may cost a question to
 * the DNS, as it does in smtpd. Where there is no getent nothing is known.
 */
export class NodeMachine implements Machine {
  readonly interfaces: readonly string[];
  readonly helperFolders: readonly string[];
  private readonly addresses = networkInterfaces();
  private readonly answers = new Map<string, boolean | undefined>();

  constructor(private readonly lookUp: typeof getent = getent) {
    this.interfaces = Object.keys(this.addresses);
    this.helperFolders = helperFolders().filter((folder) => existsSync(folder));
  }

  fileStatus(path: string): FileStatus {
    try {
      const status = statSync(path);
      if (status.isDirectory()) return { failure: "directory" };
      accessSync(path, constants.R_OK);
      return { owner: status.uid, mode: status.mode & 0o777, public: isPublic(realpathSync(path)) };
    } catch (error) {
      return { failure: failureOf(error) };
    }
  }

  isPrivateKey(path: string): boolean | undefined {
    let text = "";
    try {
      const bytes = readBytes(path, mostOfKey);
      if (typeof bytes === "string") return false;
      text = bytes.toString("latin1");
      createPrivateKey({ key: text, format: "pem" });
      return true;
    } catch {
      // smtpd asks for the passphrase of an encrypted key.
      return text.includes("ENCRYPTED") ? undefined : false;
    }
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
    const addresses = Object.hasOwn(this.addresses, name) ? this.addresses[name] : undefined;
    if (addresses) return addresses.some((item) => family === "any" || item.family === families[family]);
    // Node does not see interfaces that are down, nor the groups of a BSD.
    return process.platform !== "linux" || linuxInterfaces().includes(name) ? undefined : false;
  }

  hasAddress(name: string): boolean | undefined {
    return this.ask("ahosts", name);
  }

  isService(name: string): boolean | undefined {
    return isNumber(name) ? undefined : this.ask("services", `${name}/tcp`);
  }

  isUser(name: string): boolean | undefined {
    return isNumber(name) ? undefined : this.ask("passwd", name);
  }

  isGroup(name: string): boolean | undefined {
    return isNumber(name) ? undefined : this.ask("group", name);
  }

  private ask(database: string, key: string): boolean | undefined {
    const question = `${database} ${key}`;
    if (!this.answers.has(question)) this.answers.set(question, this.lookUp(database, key));
    return this.answers.get(question);
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

/** True if getent(1) finds `key`, false if there is no such thing, undefined if it could not look. */
function getent(database: string, key: string): boolean | undefined {
  if (key.startsWith("-") || key.includes("\0")) return undefined;
  const { status } = spawnSync("getent", [database, key], { stdio: "ignore", timeout: 10_000 });
  return status === 0 ? true : status === 2 ? false : undefined;
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
