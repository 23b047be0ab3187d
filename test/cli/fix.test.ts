import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bundle, startBundle } from "../helpers/bundle.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { run } from "./run.ts";

const { folder, file } = temporaryFolder("fix");

const read = (path: string) => readFileSync(path, "utf8");
const bad = "# ours\nlisten on lo mask-source\nlisten on lo prot 26\nmatch reject";
const safe = bad.replace("mask-source", "mask-src");
const isRoot = process.getuid?.() === 0;

describe("--fix", () => {
  test("writes the safe fixes, says so, and shows what remains", async () => {
    const path = file("safe/smtpd.conf", bad);
    const { code, stdout, stderr } = await run(["--fix", "--format", "compact", path]);
    expect(read(path)).toBe(safe);
    expect(stderr).toBe(`${path}:2: fixed: change to 'mask-src' [old-syntax]\n`);
    expect(stdout).toBe(`${path}:3:14: error: unknown word 'prot'; did you mean 'port'? [misspelt-word]\n`);
    expect(code).toBe(1);
    expect(readdirSync(join(folder, "safe"))).toEqual(["smtpd.conf"]);
  });

  test("=unsafe writes all", async () => {
    const path = file("unsafe/smtpd.conf", bad);
    expect(await run(["--fix=unsafe", path])).toMatchObject({ code: 0, stdout: "no problems in 1 file\n" });
    expect(read(path)).toBe(safe.replace("prot", "port"));
  });

  test("leaves a file with nothing to fix alone", async () => {
    const path = file("clean/smtpd.conf", "match reject\n");
    const { ino, mtimeMs } = statSync(path);
    expect(await run(["--fix", path])).toMatchObject({ code: 0, stderr: "" });
    expect(statSync(path)).toMatchObject({ ino, mtimeMs });
  });

  test("keeps bytes that are no UTF-8, line ends, a byte-order mark and comments", async () => {
    const latin1 = Buffer.from("# gr\xfc\xdfe\r\nlisten on lo mask-source # \xe4\r\nmatch reject", "latin1");
    const path = file("latin1/smtpd.conf", latin1);
    await run(["--fix", "--rule", "carriage-return=off", path]);
    expect(readFileSync(path).toString("latin1")).toBe(latin1.toString("latin1").replace("mask-source", "mask-src"));
    const marked = file("bom/smtpd.conf", `\ufeff${bad}é\n`);
    await run(["--fix", "--rule", "byte-order-mark=off", marked]);
    expect(read(marked)).toBe(`\ufeff${safe}é\n`);
    await run(["--fix", marked]);
    expect(read(marked)).toBe(`${safe}é\n`);
  });

  test("mends included files too, and nothing outside --root", async () => {
    const path = file("root/etc/smtpd.conf", 'include "inc.conf"\ninclude "../../outside.conf"\nmatch reject\n');
    const inside = file("root/etc/inc.conf", "listen on lo mask-source\n");
    const outside = file("outside.conf", "listen on lo mask-source\n");
    await run(["--fix", "--root", join(folder, "root"), path]);
    expect([read(inside), read(outside)]).toEqual(["listen on lo mask-src\n", "listen on lo mask-source\n"]);
    const elsewhere = file("elsewhere/smtpd.conf", bad);
    expect(await run(["--fix", "--root", join(folder, "root"), elsewhere])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("smtpd.conf: not fixed: it lies outside"),
    });
    expect(read(elsewhere)).toBe(bad);
  });

  test("keeps the mode, and writes through a symbolic link", async () => {
    const path = file("mode/real.conf", bad);
    chmodSync(path, 0o640);
    const link = join(folder, "mode/smtpd.conf");
    symlinkSync("real.conf", link);
    await run(["--fix", link]);
    expect(read(path)).toBe(safe);
    expect(statSync(path).mode & 0o7777).toBe(0o640);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  test("keeps the other names of a file", async () => {
    const path = file("names/smtpd.conf", bad);
    linkSync(path, join(folder, "names/other.conf"));
    const before = statSync(path).ino;
    await run(["--fix", path]);
    expect(read(join(folder, "names/other.conf"))).toBe(safe);
    expect(statSync(path).ino).toBe(before);
  });

  test.runIf(isRoot)("keeps the owner", async () => {
    const path = file("owner/smtpd.conf", bad);
    chownSync(path, 65534, 65533);
    await run(["--fix", path]);
    expect(read(path)).toBe(safe);
    expect(statSync(path)).toMatchObject({ uid: 65534, gid: 65533 });
  });

  test("of standard input writes the result to standard output, and what remains to standard error", async () => {
    file("stdin/inc.conf", "listen on lo mask-source\n");
    const text = Buffer.from(`include "inc.conf"\n# \xfc\n${bad}`, "latin1");
    const name = join(folder, "stdin/smtpd.conf");
    const { code, bytes, stderr } = await run(["--fix", "--format", "compact", "--stdin-filename", name, "-"], {
      stdin: text,
    });
    expect(bytes.toString("latin1")).toBe(text.toString("latin1").replace("mask-source", "mask-src"));
    expect(stderr).toContain(`${name}:4: fixed: change to 'mask-src' [old-syntax]\n`);
    expect(stderr).toContain("[misspelt-word]");
    expect(read(join(folder, "stdin/inc.conf"))).toBe("listen on lo mask-source\n");
    expect(code).toBe(1);
    expect(await run(["--fix", "-"], { stdin: "match reject\n" })).toMatchObject({ code: 0, stdout: "match reject\n" });
  });
});

describe("--fix-dry-run", () => {
  test("shows a diff that patch understands, and writes nothing", async () => {
    const path = file("dry/smtpd.conf", bad);
    const { code, stdout, stderr } = await run(["--fix-dry-run=unsafe", path]);
    expect(read(path)).toBe(bad);
    expect(stdout).toBe(
      `--- ${path}\n+++ ${path}\n@@ -1,4 +1,4 @@\n # ours\n-listen on lo mask-source\n-listen on lo prot 26\n` +
        "+listen on lo mask-src\n+listen on lo port 26\n match reject\n\\ No newline at end of file\n",
    );
    expect(stderr).toContain(`${path}:2: would fix: change to 'mask-src' [old-syntax]\n`);
    expect(code).toBe(0);
    expect((await run(["--fix-dry-run", path])).code).toBe(1);
  });

  test("shows no escape sequences to a terminal", async () => {
    const path = file("escape/smtpd.conf", `# \x1b[31m\n${bad}`);
    expect((await run(["--fix-dry-run", path], { terminal: true })).stdout).toContain("# \\x1b[31m\n");
  });
});

/** The bundle, run by a user who is not allowed everything, with a shell command before it. */
const runAsNobody = (before: string, path: string) =>
  startBundle(["--fix", "--format", "compact", path], { asNobodyIn: folder, through: `${before}; exec "$0" "$@"` });

describe("what cannot be written", () => {
  const give = (path: string) => {
    if (isRoot) chownSync(path, 65534, 65534);
  };

  test.each([
    ["a full disk", "ulimit -f 0", /smtpd\.conf: not fixed: file too large/],
    ["a folder that takes no files", ":", /smtpd\.conf: not fixed: permission denied/],
    ["a file that may not be written", ":", /smtpd\.conf: not fixed: permission denied/],
    ["a full disk and a file with two names", "ulimit -f 0", /smtpd\.conf: not fixed: file too large/],
  ])("%s loses nothing and exits with 2", (name, before, message) => {
    const path = file(`${name}/smtpd.conf`, bad);
    const parent = join(path, "..");
    give(path);
    give(parent);
    if (name.startsWith("a folder")) chmodSync(parent, 0o555);
    if (name.startsWith("a file")) chmodSync(path, 0o444);
    if (name.endsWith("two names")) linkSync(path, join(folder, "twin.conf"));
    const { status, stdout, stderr } = runAsNobody(before, path);
    chmodSync(parent, 0o755);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("fixed: write");
    expect(status).toBe(2);
    expect(stdout).toContain("old-syntax");
    expect(read(path)).toBe(bad);
    expect(readdirSync(parent)).toEqual(["smtpd.conf"]);
  });

  test.runIf(isRoot)("a file of another user keeps its owner", () => {
    const path = file("foreign/smtpd.conf", bad);
    chmodSync(path, 0o666);
    give(join(path, ".."));
    const before = statSync(path);
    runAsNobody(":", path);
    expect(read(path)).toBe(safe);
    expect(statSync(path)).toMatchObject({ uid: before.uid, gid: before.gid, mode: before.mode, ino: before.ino });
    expect(readdirSync(join(path, ".."))).toEqual(["smtpd.conf"]);
  });

  test.runIf(existsSync("/usr/bin/setfacl"))(
    "an access control list stays, and does not become rights of the group",
    () => {
      const path = file("acl/smtpd.conf", bad);
      chmodSync(path, 0o600);
      expect(spawnSync("setfacl", ["-m", "u:nobody:rw", path]).status).toBe(0);
      const acl = () => spawnSync("getfacl", ["-c", "-p", path], { encoding: "utf8" }).stdout;
      const before = acl();
      expect(before).toContain("user:nobody:rw-");
      expect(startBundle(["--fix", path]).status).not.toBe(2);
      expect(read(path)).toBe(safe);
      expect(acl()).toBe(before);
      expect(startBundle(["fmt", path]).status).toBe(0);
      expect(acl()).toBe(before);
    },
  );

  test("one file is one, whatever its names", () => {
    const path = file("names/smtpd.conf", `include "rules.conf"\ninclude "../names/rules.conf"\n${bad}`);
    const rules = file("names/rules.conf", "listen on lo port 2525 mask-source\n");
    const { stderr } = startBundle(["--fix", path]);
    expect(stderr).not.toContain("changed since it was read");
    expect(read(rules)).toBe("listen on lo port 2525 mask-src\n");
  });

  test("nothing is written outside the folder and the repository", () => {
    const victim = file("victim/v.conf", "listen on lo port 2525 mask-source\n");
    const path = file("inside/smtpd.conf", `include "../victim/v.conf"\n${bad}`);
    startBundle(["--fix", path]);
    expect(read(victim)).toContain("mask-source");
    startBundle(["--fix", "--on-host", path]);
    expect(read(victim)).toContain("mask-source");
    expect(read(path)).toContain(safe);
  });

  test("with the machine it says what it says without fixes", () => {
    const path = file("machine/smtpd.conf", "listen on lo mask-source\nlisten on eth99 port 2525\nmatch reject\n");
    const { status, stdout } = startBundle(["--fix", "--on-host", path]);
    expect([status, stdout]).toEqual([1, expect.stringContaining("eth99")]);
  });
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends the run between two files, and tears none", async (signal) => {
  const names = Array.from({ length: 200 }, (_, number) => file(`${signal}/${number}/smtpd.conf`, bad));
  const child = spawn(process.execPath, [bundle, "--fix", join(folder, signal)]);
  child.stderr.once("data", () => child.kill(signal));
  const ended = await new Promise((resolve) => child.on("close", (_, by) => resolve(by)));
  expect(ended).toBe(signal);
  const texts = names.map(read);
  expect(new Set(texts)).toEqual(new Set([bad, safe]));
  for (const name of names) expect(readdirSync(join(name, ".."))).toEqual(["smtpd.conf"]);
});
