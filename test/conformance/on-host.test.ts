import { spawnSync } from "node:child_process";
import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { analyse } from "@smtpdlint/lint";
import { describe, expect, test } from "vitest";
import { NodeHost } from "../../packages/cli/src/node-host.ts";
import { NodeMachine } from "../../packages/cli/src/node-machine.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/**
 * `--on-host` against `smtpd -n` of this machine, Debian's 6.8.0p2: the same
 * files, certificates, interfaces and services lead to the same verdict, for
 * the reason that the case names.
 */
const smtpd = "/usr/sbin/smtpd";
// smtpd wants root's certificates, and only root can give files away.
const isTestable = existsSync(smtpd) && process.getuid?.() === 0;

describe.skipIf(!isTestable)(`${smtpd} -n on this machine`, () => {
  const { folder } = temporaryFolder("on-host");
  const file = (name: string, text: string, mode = 0o644, owner = 0) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    chmodSync(path, mode);
    chownSync(path, owner, 0);
  };

  const pem = (type: "rsa" | "ec" | "ed25519", options: { cipher?: string; passphrase?: string } = {}) => {
    const { privateKey } =
      type === "rsa"
        ? generateKeyPairSync("rsa", { modulusLength: 2048 })
        : type === "ec"
          ? generateKeyPairSync("ec", { namedCurve: "prime256v1" })
          : generateKeyPairSync("ed25519");
    return privateKey.export({ type: "pkcs8", format: "pem", ...options }).toString();
  };
  const rsa = pem("rsa");
  file("cert", "garbage");
  file("cert.empty", "");
  file("cert.0755", "x", 0o755);
  file("cert.0664", "x", 0o664);
  file("cert.0777", "x", 0o777);
  file("cert.owner", "x", 0o644, 1);
  file("key", rsa, 0o600);
  file("key.ec", pem("ec"), 0o600);
  file("key.ed25519", pem("ed25519"), 0o600);
  file("key.0740", rsa, 0o740);
  file("key.0640", rsa, 0o640);
  file("key.0644", rsa, 0o644);
  file("key.0660", rsa, 0o660);
  file("key.0400", rsa, 0o400);
  file("key.owner", rsa, 0o600, 1);
  file("key.garbage", "garbage", 0o600);
  file("key.encrypted", pem("rsa", { cipher: "aes-256-cbc", passphrase: "x" }), 0o600);
  const old = { type: "pkcs1", format: "pem", cipher: "aes-128-cbc", passphrase: "x" } as const;
  file("key.encrypted-pkcs1", createPrivateKey(rsa).export(old).toString(), 0o600);
  file("key.marked", `\ufeff${rsa}`, 0o600);
  file("key.empty", "", 0o600);
  file("key.der", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n", 0o600);
  file("key.cut", rsa.slice(0, 500), 0o600);
  file("key.after-text", `some text\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n${rsa}`, 0o600);
  file("rules", "match reject\n");
  file("broken", "match\n");
  file("mapping", "a b\nc: d\n");
  file("mapping.bad", "a b\nc\n");
  file("mapping.folded", "root: joe,\n  mary\n");
  file("list", "a\nb c\n");
  file("list.forced", "# @list\na b\nc\n");
  file("empty", "");
  file("comments", "# nothing\n\n");
  file("unreadable", "a\n", 0);
  file("nul", "a b\0c\nd\n");
  file("colons", "a : b\nb::c\nc:\td\n");
  file("colon", "a :\nb : \n");
  file("latin1", "j\xf6rg: x\n");
  file("cert.0600", "x", 0o600);
  file("cert.0624", "x", 0o624);
  const sec1 = generateKeyPairSync("ec", { namedCurve: "secp384r1" }).privateKey;
  file("key.sec1", sec1.export({ type: "sec1", format: "pem" }).toString(), 0o600);
  file("key.pkcs1", createPrivateKey(rsa).export({ type: "pkcs1", format: "pem" }).toString(), 0o600);
  file("key.crlf", rsa.replaceAll("\n", "\r\n"), 0o600);
  file("key.two", `${pem("ec")}${rsa}`, 0o600);
  file("key.0601", rsa, 0o601);
  file("key.0700", rsa, 0o700);
  file("key.public", createPublicKey(rsa).export({ type: "spki", format: "pem" }).toString(), 0o600);
  file("mapping.crlf", "a b\r\nc d\r\n");
  file("mapping.unfinished", "a b\nc d");
  file("mapping.tabs", "a\t\tb\n\tc d\n");
  file("mapping.twice", "a b\na c\n");
  file("mapping.marked", "\ufeffa b\n");
  file("mapping.blank", "a b\n   \n\t\nc d\n");
  file("mapping.comment", "a b # c\n#d\n");
  file("mapping.alone", "a b\n: c\n");
  file("list.blank", "  a  \n\n  b\n");
  file("list.forced-late", "a b\n# @list\nc\n");
  file("crlf", "a b\r\nc d\r\n");
  file("tabs", "a\t\tb\n\tc d\n");
  file("indented-comment", "  # nothing\na b\n");
  file("no-newline", "a b");
  file("marked", "\ufeffa b\n");
  file("dashes", "- b\n");
  file("tail", "a b # why\n");
  file("separators", ": b\n");
  file("mixed", "a b\nc\n# x\n");
  file("list.many", "a\nb\n\n# c\n  d\n");
  file("rules.crlf", "match reject\r\n");
  file("rules.macro", "who = a\n");
  file("rules.private", "match reject\n", 0);
  file("rules.cut", "match reject");
  file("key.0600-in-sgid", rsa, 0o2600);
  file("key.0000", rsa, 0);
  file("key.0604", rsa, 0o604);
  file("key.0610", rsa, 0o610);
  file("cert.0666", "x", 0o666);
  file("cert.0646", "x", 0o646);
  file("cert.0000", "x", 0);
  file("key.rsa-old", createPrivateKey(rsa).export({ type: "pkcs1", format: "pem" }).toString(), 0o600);
  file("key.indented", rsa.replaceAll(/^/gm, " "), 0o600);
  spawnSync("/usr/sbin/makemap", ["-t", "aliases", "-o", join(folder, "database"), join(folder, "mapping")]);
  mkdirSync(join(folder, "folder"));
  symlinkSync(join(folder, "cert"), join(folder, "link"));
  symlinkSync(join(folder, "nowhere"), join(folder, "dangling"));

  /** What `smtpd -n` and we say about `text`, with `@` for the folder. */
  const verdicts = (text: string) => {
    const path = join(folder, "smtpd.conf");
    const config = text.replaceAll("@", folder);
    writeFileSync(path, config);
    // In a session of its own, as a daemon: without a terminal.
    const { status, stderr } = spawnSync("setsid", ["-w", smtpd, "-n", "-f", path], { timeout: 60_000, input: "" });
    const host = new NodeHost({ main: path, root: undefined, machine: new NodeMachine() });
    const { diagnostics } = analyse(path, config, host, { target: "6.8" });
    expect(diagnostics.filter(({ rule }) => rule === "internal-error")).toEqual([]);
    const refused = diagnostics.filter(({ category }) => category === "refused").map(({ rule }) => rule);
    return { smtpd: status === 0, message: stderr.toString(), ours: refused.length === 0, rules: refused };
  };

  const pki = (cert: string, key: string) => `pki x cert "@/${cert}" key "@/${key}"`;
  const hasIPv6 = networkInterfaces().lo?.some(({ family }) => family === "IPv6");
  /** Interfaces without an address, which only a kernel with such modules has. */
  const addresses = spawnSync("ip", ["-o", "addr"], { encoding: "utf8" }).stdout ?? "";
  const bare = readdirSync("/sys/class/net").filter((name) => !addresses.includes(` ${name} `) && addresses !== "");
  const localhostHasIPv6 = spawnSync("getent", ["ahosts", "localhost"], { encoding: "utf8" }).stdout.includes(":");
  const fine = [
    pki("cert", "key"),
    pki("cert.empty", "key.ec"),
    pki("cert.0755", "key.ed25519"),
    pki("link", "key.0740"),
    pki("cert", "key.0640"),
    pki("cert", "key.0400"),
    pki("cert", "key.after-text"),
    pki("cert", "key.marked"),
    'pki x cert "@/nope" key "@/key"\npki X cert "@/cert"',
    'ca x cert "@/cert"',
    'ca x cert "@/nope"\nca x cert "@/cert"',
    'include "@/rules"',
    'include "@/folder"',
    'include "/dev/null"',
    "table t file:@/mapping\naction a mbox alias <t>",
    'table t "@/list"\nmatch from src <t> reject',
    'table t "@/list.forced"\nmatch from src <t> reject',
    'table t "@/empty"\naction a mbox alias <t>',
    'table t "@/comments"\naction a mbox alias <t>',
    'table t "@/unreadable"',
    'table t "@/colons"',
    'table t "@/latin1"\naction a mbox alias <t>',
    'table t "/dev/null"',
    "table t db:@/database\naction a mbox alias <t>",
    "table t ldap:/nope",
    "table t passwd:/nope",
    pki("cert", "key.0600-in-sgid"),
    pki("cert", "key.0000"),
    pki("cert", "key.crlf"),
    pki("cert", "key.rsa-old"),
    pki("cert", "key.two"),
    pki("cert.0000", "key"),
    'ca x cert "@/cert.empty"',
    'table t "@/crlf"\naction a mbox alias <t>',
    'table t "@/tabs"\naction a mbox alias <t>',
    'table t "@/indented-comment"\naction a mbox alias <t>',
    'table t "@/no-newline"\naction a mbox alias <t>',
    'table t "@/marked"\naction a mbox alias <t>',
    'table t "@/dashes"\naction a mbox alias <t>',
    'table t "@/tail"\naction a mbox alias <t>',
    'table t "@/separators"',
    'table t "@/list.many"\nmatch from src <t> reject',
    'include "@/rules.private"',
    'include "@/rules.cut"',
    'include "@/rules.macro"\nmatch from src $who reject',
    "listen on lo",
    "listen on lo inet4",
    "listen on 127.0.0.1 port 587",
    "listen on 192.0.2.1",
    "listen on 127.1",
    "listen on ::1",
    "listen on 0.0.0.0",
    "listen on ::",
    'listen on "fe80::1%lo"',
    "listen on localhost",
    "listen on socket",
    "listen on 127.0.0.1 inet6",
    "listen on lo port submission",
    "listen on lo port smtp",
    "listen on lo port smtps",
    "listen on lo port mail",
    "action a maildir user nobody-of-that-name",
    "action a mda x user nobody-of-that-name",
    pki("cert.0600", "key.sec1"),
    pki("cert", "key.pkcs1"),
    pki("cert", "key.0700"),
    ...["crlf", "unfinished", "tabs", "twice", "marked", "blank", "comment", "alone"].map(
      (name) => `table t "@/mapping.${name}"\naction a mbox alias <t>`,
    ),
    'table t "@/list.blank"\nmatch from src <t> reject',
    "table t proc:/nope",
    'include "@/empty"',
    "listen on 127.0.0.2",
    "listen on 127.0.0.1 inet4",
    "listen on ::1 inet4",
    'listen on "::ffff:127.0.0.1"',
    "listen on 0x7f000001",
    "listen on LOCALHOST",
    "listen on fe80::1",
  ];
  test.each(fine)("fine: %s", (text) => {
    const { message, rules, ...verdict } = verdicts(`${text}\nmatch reject\n`);
    expect({ ...verdict, rules }, message).toEqual({ smtpd: true, ours: true, rules: [] });
  });

  const refused: readonly (readonly [rule: string, text: string])[] = [
    ["unusable-certificate", pki("nope", "key")],
    ["unusable-certificate", pki("dangling", "key")],
    ["unusable-certificate", pki("folder", "key")],
    ["unusable-certificate", pki("cert.0664", "key")],
    ["unusable-certificate", pki("cert.0777", "key")],
    ["unusable-certificate", pki("cert.owner", "key")],
    ["unusable-certificate", pki("cert", "nope")],
    // smtpd asks for the passphrase, and nobody is there to tell it.
    ["unusable-certificate", pki("cert", "key.encrypted")],
    ["unusable-certificate", pki("cert", "key.encrypted-pkcs1")],
    ["unusable-certificate", pki("cert", "folder")],
    ["unusable-certificate", pki("cert", "key.0644")],
    ["unusable-certificate", pki("cert", "key.0660")],
    ["unusable-certificate", pki("cert", "key.owner")],
    ["unusable-certificate", pki("cert", "key.garbage")],
    ["unusable-certificate", pki("cert", "key.empty")],
    ["unusable-certificate", pki("cert", "key.der")],
    ["unusable-certificate", pki("cert", "key.cut")],
    ["unusable-certificate", pki("cert", "key.0601")],
    ["unusable-certificate", pki("cert", "key.public")],
    ["unusable-certificate", pki("cert.0624", "key")],
    ["unusable-certificate", pki("cert", "key.0604")],
    ["unusable-certificate", pki("cert", "key.0610")],
    ["unusable-certificate", pki("cert", "key.indented")],
    ["unusable-certificate", pki("cert.0666", "key")],
    ["unusable-certificate", pki("cert.0646", "key")],
    ["unusable-certificate", 'ca x cert "@/folder"'],
    ["unusable-certificate", 'ca x cert "@/dangling"'],
    ["unusable-certificate", 'ca x cert "@/cert.0666"'],
    ["unusable-certificate", 'ca x cert "@/cert"\npki x cert "@/cert" key "@/key.0644"'],
    ["unreadable-include", 'include "@/dangling"'],
    ["carriage-return", 'include "@/rules.crlf"'],
    ["unreadable-table", "table t static:@/folder"],
    ["unreadable-table", "table t file:@/dangling"],
    ["unreadable-table", "table t db:@/dangling"],
    ["invalid-table-line", 'table t "@/mixed"'],
    ["wrong-table-kind", 'table t "@/crlf"\nmatch from src <t> reject'],
    ["unusable-certificate", 'ca x cert "@/nope"'],
    ["unusable-certificate", 'ca x cert "@/cert.owner"'],
    ["unusable-certificate", 'ca x cert "@/cert.0664"'],
    ["unusable-certificate", 'ca x cert "@/cert"\nca x cert "@/nope"'],
    ["unreadable-include", 'include "@/nope"'],
    ["unreadable-include", 'include "smtpdlint-nowhere.conf"'],
    ["syntax-error", 'include "@/broken"'],
    ["misspelt-word", 'include "@/unreadable"'],
    ["unreadable-table", 'table t "@/nope"'],
    ["unreadable-table", "table t file:@/nope"],
    ["unreadable-table", "table t static:@/dangling"],
    ["unreadable-table", 'table t "@/folder"'],
    ["unreadable-table", "table t db:/nope"],
    ["unreadable-table", "table t db:@/nope"],
    ["unreadable-table", "table t db:@/mapping"],
    ["unreadable-table", "table t db:@/empty"],
    ["unreadable-table", "table t db:@/folder"],
    ["unreadable-table", 'table t "@/nope"\naction a mbox alias <t>'],
    ["invalid-table-line", 'table t "@/mapping.bad"'],
    ["invalid-table-line", 'table t "@/mapping.bad"\naction a mbox alias <t>'],
    ["invalid-table-line", 'table t "@/mapping.folded"'],
    ["invalid-table-line", 'table t "@/list.forced-late"\nmatch from src <t> reject'],
    ["invalid-table-line", 'table t "@/nul"'],
    ["wrong-table-kind", 'table t "@/list"\naction a mbox alias <t>'],
    ["wrong-table-kind", 'table t "@/empty"\nmatch from src <t> reject'],
    ["missing-table-backend", "table t aliases"],
    ["missing-table-backend", 'table t "nope:/x"'],
    ["missing-table-backend", 'table t "example.org"'],
    ["unknown-interface", "listen on eth9"],
    ["unknown-interface", "listen on Lo"],
    ["unknown-interface", "listen on 256.0.0.1"],
    ["unknown-interface", "listen on all"],
    ["unknown-interface", "listen on egress"],
    ["unknown-interface", 'listen on "*"'],
    ["invalid-listen-address", 'listen on ""'],
    ["invalid-listen-address", 'listen on "127.0.0.1 "'],
    ["unknown-interface", 'listen on "1.2.3.4.5"'],
    ["unknown-interface", "listen on no-such-host.invalid"],
    ...(hasIPv6 ? [] : [["unknown-interface", "listen on lo inet6"] as const]),
    ...bare.map((name) => ["unknown-interface", `listen on ${name}`] as const),
    ...(localhostHasIPv6 ? [] : [["unknown-interface", "listen on localhost inet6"] as const]),
    ["invalid-port", "listen on lo port nope"],
    ["invalid-port", "listen on lo port 0"],
    ["invalid-port", "listen on lo port 65536"],
    ["invalid-port", "listen on lo port SMTP"],
    ["invalid-port", 'listen on lo port "25"'],
  ];
  test.each(refused)("%s: %s", (rule, text) => {
    const { message, rules, ...verdict } = verdicts(`${text}\nmatch reject\n`);
    expect({ ...verdict, rules: [...new Set(rules)] }, message).toEqual({ smtpd: false, ours: false, rules: [rule] });
  });
});

test("each of several questions is answered, and addresses are known", () => {
  const machine = new NodeMachine();
  expect(["root", "no-such-user", "daemon"].map((name) => machine.isUser(name))).toEqual([true, false, true]);
  for (const address of ["127.0.0.1", "127.0.0.9", "0.0.0.0", "::"]) {
    expect(machine.isOwnAddress(address), address).not.toBe(false);
  }
  expect(machine.isOwnAddress("192.0.2.25")).not.toBe(true);
  expect(machine.isOwnAddress("localhost")).toBeUndefined();
});

test("folders, and the one account of the queue that is known", () => {
  const { folder } = temporaryFolder("folders");
  chmodSync(folder, 0o2750);
  writeFileSync(join(folder, "file"), "");
  const machine = new NodeMachine();
  expect(machine.folderStatus(folder)).toMatchObject({ owner: process.getuid?.(), mode: 0o2750 });
  expect(machine.folderStatus(join(folder, "file"))).toBe("other");
  expect(machine.folderStatus(join(folder, "nowhere"))).toBe("missing");

  const withUsers = (...names: string[]) =>
    new NodeMachine((database, name) =>
      !names.includes(name) ? "missing" : database === "group" ? `${name}:x:106:\n` : `${name}:x:103:7::/:/sh\n`,
    ).queueAccount;
  expect(withUsers("smtpq")).toEqual({ user: 103, group: 106 });
  expect(withUsers("_smtpq", "opensmtpq")).toBeUndefined();
  expect(withUsers()).toBeUndefined();
});
