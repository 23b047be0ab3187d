import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { newestRelease } from "@smtpdlint/grammar";
import { describe, expect, test } from "vitest";
import { describeInstalled, installedOpenSmtpd, readVersion } from "../../packages/cli/src/installed-release.ts";
import { NodeMachine } from "../../packages/cli/src/node-machine.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { run } from "./run.ts";

const { folder, file } = temporaryFolder("root");

const root = join(folder, "copy");
const path = join(root, "etc/mail/smtpd.conf");
/** A rule that nobody else writes: if it is reported, the file was read. */
const mark = "match from src <seen> for any reject\n";
file("outside/marked.conf", mark);
file("copy/etc/mail/marked.conf", mark);
file("copy/marked.conf", mark);
file("copy/etc/..marked/marked.conf", mark);
mkdirSync(join(root, "links"));
symlinkSync(join(folder, "outside/marked.conf"), join(root, "links/out.conf"));
symlinkSync(join(folder, "outside"), join(root, "links/out"));
symlinkSync("../etc/mail/marked.conf", join(root, "links/in.conf"));
symlinkSync("../../outside/nothing.conf", join(root, "links/dangling.conf"));
symlinkSync(root, join(folder, "link-to-copy"));

const lint = async (text: string, rootOption = root) => {
  file("copy/etc/mail/smtpd.conf", `${text}\nmatch reject\n`);
  const { code, stdout, stderr } = await run(["--format", "compact", "--root", rootOption, path]);
  return { code, stdout, stderr, seen: stdout.includes("'seen' is not defined") };
};

describe("--root", () => {
  test.each([
    ["an absolute path", '"/etc/mail/marked.conf"'],
    ["a relative path", '"marked.conf"'],
    ["a relative path upwards", '"../../marked.conf"'],
    ["an absolute path above the root, which is its own parent", '"/../../../marked.conf"'],
    ["a folder whose name starts with two dots", '"/etc/..marked/marked.conf"'],
    ["a symbolic link that stays below", '"/links/in.conf"'],
  ])("reads %s", async (_, name) => {
    expect(await lint(`include ${name}`)).toMatchObject({ seen: true });
  });

  test.each([
    ["a relative path", '"../../../outside/marked.conf"'],
    ["an absolute path", `"${folder}/outside/marked.conf"`],
    ["a link to a file", '"/links/out.conf"'],
    ["a link to a folder", '"/links/out/marked.conf"'],
    ["a relative path through a link", '"../../links/out/marked.conf"'],
    ["a link to nothing", '"/links/dangling.conf"'],
  ])("does not read outside: %s", async (_, name) => {
    const { seen, stdout } = await lint(`include ${name}`);
    expect(seen).toBe(false);
    expect(stdout).toContain("unread-include");
  });

  test("what aliases include and the .forward of users are read below it, and mended", async () => {
    const text =
      'listen on lo\naction in mbox alias { root = ":include:/etc/mail/staff" }\nmatch for local action in\n';
    const main = file("users/etc/mail/smtpd.conf", text);
    file("users/etc/passwd", "root:x:0:0::/root:/bin/sh\njoe:x:1000:1000::/home/joe:/bin/sh\n");
    file("users/etc/mail/staff", "ann bob\n");
    file("users/home/joe/.forward", "joe: joe@example.org\n");
    file("users/home/gone/.forward", "ann bob\n");
    const options = ["--root", join(folder, "users"), main];
    const { code, stdout } = await run(["--format", "compact", ...options]);
    expect(code).toBe(1);
    expect(stdout.match(/\S+: error/g)?.map((place) => relative(folder, place))).toEqual([
      "users/etc/mail/staff:1:1: error",
      "users/home/joe/.forward:1:1: error",
    ]);
    expect(await run(["--fix=unsafe", ...options])).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, "users/etc/mail/staff"), "utf8")).toBe("ann, bob\n");
    expect(readFileSync(join(folder, "users/home/joe/.forward"), "utf8")).toBe("joe@example.org\n");
  });

  test("tables are read below it, and missed", async () => {
    file("copy/etc/mail/list", "a\n");
    file("outside/list", "a\n");
    symlinkSync(join(folder, "outside/list"), join(root, "links/list"));
    const use = (name: string) => lint(`table t "${name}"\naction a mbox alias <t>`);
    expect((await use("/etc/mail/list")).stdout).toContain("wrong-table-kind");
    expect((await use("/etc/mail/nope")).stdout).toMatch(/smtpd\.conf:1:9: warning: .*no such file \[unread-table\]/);
    expect((await use("/links/list")).stdout).toMatch(/lies outside the root folder \[unread-table\]/);
  });

  test("users are those of its passwd, unless that leads outside", async () => {
    const text = "action a mbox alias { info = joe }\nmatch for local action a";
    const passwd = "root:x:0:0::/root:/bin/sh\n";
    file("copy/etc/passwd", passwd);
    expect((await lint(text)).stdout).toContain("there is no user 'joe'");
    rmSync(join(root, "etc/passwd"));
    expect((await lint(text)).stdout).not.toContain("there is no user");
    symlinkSync(file("outside/passwd", passwd), join(root, "etc/passwd"));
    expect((await lint(text)).stdout).not.toContain("there is no user");
    rmSync(join(root, "etc/passwd"));
  });

  test("trace reads no users behind a link that leads outside, and waits for no pipe", async () => {
    const conf = file("way/smtpd.conf", "listen on 192.0.2.1\naction a mbox\nmatch from any for any action a\n");
    const below = join(folder, "way/root");
    const trace = () => run(["trace", conf, "--root", below, "--to", "joe@here.example"]);
    const passwd = file("way/root/etc/passwd", "root:x:0:0::/root:/bin/sh\n");
    expect((await trace()).stdout).toContain('refused with "550');
    rmSync(passwd);
    symlinkSync(file("way/outside", "root:x:0:0::/root:/bin/sh\n"), passwd);
    expect((await trace()).stdout).not.toMatch(/^joe@here.example: refused/);
    rmSync(passwd);
    expect(spawnSync("mkfifo", [passwd]).status).toBe(0);
    expect((await trace()).stdout).toContain("joe@here.example: ");
  });

  test("a relative folder and a link to one are folders", async () => {
    const include = 'include "/etc/mail/marked.conf"';
    expect(await lint(include, relative(process.cwd(), root))).toMatchObject({ seen: true });
    expect(await lint(include, join(folder, "link-to-copy"))).toMatchObject({ seen: true });
    expect(await lint('include "/links/out.conf"', join(folder, "link-to-copy"))).toMatchObject({ seen: false });
  });

  test.each([
    ["a folder that is not there", join(folder, "nope"), /--root .*nope: no such folder/],
    ["a file", join(folder, "outside/marked.conf"), /--root .*: not a folder/],
    ["nothing", "", /--root needs DIR/],
  ])("wrong usage: %s", async (_, name, message) => {
    const { code, stdout, stderr } = await run(["--root", name, path]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });

  test("not together with --on-host", async () => {
    expect(await run(["--root", root, "--on-host", path])).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("without it", () => {
  test("a table's file is read in the configuration's folder, and not missed", async () => {
    const config = file(
      "plain/smtpd.conf",
      `table t "${folder}/plain/list"\naction a mbox alias <t>\nmatch for local action a\n`,
    );
    expect((await run(["--format", "compact", config])).stdout).toBe("");
    file("plain/list", "a\n");
    expect((await run(["--format", "compact", config])).stdout).toContain("wrong-table-kind");
  });
});

describe("--on-host", () => {
  test("refuses what is missing here, with absolute paths", async () => {
    const config = file("host/smtpd.conf", `table t "${folder}/nope"\nmatch reject\n`);
    const { code, stdout } = await run(["--on-host", "--format", "compact", config]);
    expect(code).toBe(1);
    expect(stdout).toContain(`cannot read the table's file '${folder.slice(0, 20)}`);
  });

  test.each([
    ["version: OpenSMTPD 6.8.0p2\nusage: smtpd [-dFhnv]", "target 6.8, the OpenSMTPD of this machine"],
    ["version: OpenSMTPD 7.6.0-portable", "target 7.6, the OpenSMTPD of this machine"],
    ["OpenSMTPD 7.9", "target 7.9, the OpenSMTPD of this machine"],
    ["version: OpenSMTPD 6.0.3p1", `OpenSMTPD 6.0.3p1 of this machine is not known here: target ${newestRelease}`],
    ["version: OpenSMTPD 8.0.0p0", `OpenSMTPD 8.0.0p0 of this machine is not known here: target ${newestRelease}`],
    ["usage: smtpd [-dFhnv]", `no OpenSMTPD found on this machine: target ${newestRelease}`],
  ])("takes the target from %s", (usage, said) => {
    expect(describeInstalled(readVersion(usage))).toBe(`${said}, where nothing else is set`);
  });

  test.runIf(existsSync("/usr/sbin/smtpd"))("takes the target from this machine, and prints it", async () => {
    const plain = file("target/smtpd.conf", "match reject\n");
    const own = file("target/own.conf", "# smtpdlint target=7.3\nmatch reject\n");
    const { release } = installedOpenSmtpd() ?? {};
    expect(release).toBeDefined();
    const targets = async (...argv: readonly string[]) => {
      const { stdout, stderr } = await run(["--on-host", "--format", "json", plain, own, ...argv]);
      return { stderr, targets: JSON.parse(stdout).files.map(({ target }: { target: string }) => target) };
    };
    const stderr = `smtpdlint: target ${release}, the OpenSMTPD of this machine, where nothing else is set\n`;
    expect(await targets()).toEqual({ stderr, targets: [release, "7.3"] });
    expect(await targets("--target", "7.0")).toEqual({ stderr: "", targets: ["7.0", "7.0"] });
    expect(JSON.parse((await run(["print-config", "--on-host", plain])).stdout).target).toBe(release);
  });

  test("what getent cannot answer is not known, and nothing is asked twice", () => {
    const asked: string[] = [];
    const machine = new NodeMachine((database, key) => {
      asked.push(`${database} ${key}`);
      return undefined;
    });
    expect([machine.isUser("x"), machine.isUser("x"), machine.isService("x"), machine.isUser("1")]).toEqual(
      Array(4).fill(undefined),
    );
    expect(asked).toEqual(["passwd x", "services x/tcp"]);
  });

  test("a name has the addresses that getent lists for streams, as often as it does", () => {
    const list = (address: string) => `${address}  STREAM mx.example.org\n${address}  DGRAM\n${address}  RAW\n`;
    const machine = new NodeMachine((_, name) => (name === "mx" ? list("192.0.2.1") + list("192.0.2.1") : "missing"));
    expect(machine.addresses("mx")).toEqual(["192.0.2.1", "192.0.2.1"]);
    expect(machine.addresses("other")).toBeUndefined();
  });

  test("a file is public if all folders above it are", () => {
    const machine = new NodeMachine();
    const config = file("private/secret", "x");
    const isPublic = () => (machine.fileStatus(config) as { public: boolean }).public;
    // The temporary folder itself is its owner's.
    expect(isPublic()).toBe(false);
    chmodSync(folder, 0o755);
    expect(isPublic()).toBe(true);
    chmodSync(config, 0o640);
    expect(isPublic()).toBe(false);
    expect(machine.fileStatus(config)).toMatchObject({ mode: 0o640, owner: process.getuid?.() });
    expect(machine.fileStatus(folder)).toEqual({ failure: "directory" });
    expect(machine.fileStatus(`${folder}/nope`)).toEqual({ failure: "not-found" });
  });
});
