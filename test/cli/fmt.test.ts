import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { run } from "./run.ts";

const { folder, file } = temporaryFolder("fmt");

const read = (path: string) => readFileSync(path, "utf8");
const untidy = "# ours\nlisten   on lo\nmatch  reject";
const tidy = "# ours\nlisten on lo\nmatch reject\n";

describe("fmt", () => {
  test("formats in place and keeps the mode", async () => {
    const path = file("place/smtpd.conf", untidy);
    chmodSync(path, 0o640);
    expect(await run(["fmt", path])).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(read(path)).toBe(tidy);
    expect(statSync(path).mode & 0o7777).toBe(0o640);
  });

  test("leaves a tidy file alone", async () => {
    const path = file("tidy/smtpd.conf", tidy);
    const { ino, mtimeMs } = statSync(path);
    expect((await run(["fmt", path])).code).toBe(0);
    expect(statSync(path)).toMatchObject({ ino, mtimeMs });
  });

  test("takes folders, and leaves includes alone", async () => {
    const path = file("folder/smtpd.conf", `include "x.conf"\n${untidy}`);
    const included = file("folder/x.conf", untidy);
    await run(["fmt", join(folder, "folder")]);
    expect([read(path), read(included)]).toEqual([`include "x.conf"\n${tidy}`, untidy]);
  });

  test("keeps bytes that are no UTF-8", async () => {
    const path = file("latin1/smtpd.conf", Buffer.from(`# \xfc\n${untidy}`, "latin1"));
    await run(["fmt", path]);
    expect(readFileSync(path).toString("latin1")).toBe(`# \xfc\n${tidy}`);
  });

  test("of standard input writes the result to standard output", async () => {
    expect(await run(["fmt", "-"], { stdin: untidy })).toMatchObject({ code: 0, stdout: tidy, stderr: "" });
    expect(await run(["fmt", "-"], { stdin: tidy })).toMatchObject({ code: 0, stdout: tidy });
    const { bytes } = await run(["fmt", "-"], { stdin: Buffer.from("# \xfc  ", "latin1") });
    expect(bytes.toString("latin1")).toBe("# \xfc\n");
  });

  test("says what it cannot read, and goes on", async () => {
    const path = file("other/smtpd.conf", untidy);
    const { code, stderr } = await run(["fmt", join(folder, "missing"), path]);
    expect(code).toBe(2);
    expect(stderr).toBe(`smtpdlint: ${join(folder, "missing")}: no such file\n`);
    expect(read(path)).toBe(tidy);
  });

  test.each([
    [["fmt"], "fmt needs FILE ..."],
    [["--check", "smtpd.conf"], "--check is an option of smtpdlint fmt"],
  ])("%j is wrong usage", async (argv, message) => {
    expect(await run(argv)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});

describe("fmt --check and --diff", () => {
  const path = file("check/smtpd.conf", untidy);
  const clean = file("check/clean.smtpd.conf", tidy);

  test("--check lists what would change, and fails", async () => {
    expect(await run(["fmt", "--check", path, clean])).toMatchObject({ code: 1, stdout: `${path}\n` });
    expect(await run(["fmt", "--check", clean])).toMatchObject({ code: 0, stdout: "" });
    expect(await run(["fmt", "--check", "-"], { stdin: untidy })).toMatchObject({ code: 1, stdout: "<stdin>\n" });
    expect(read(path)).toBe(untidy);
  });

  test("--diff shows what would change, with --check it fails too", async () => {
    const diff =
      `--- ${path}\n+++ ${path}\n@@ -1,3 +1,3 @@\n # ours\n-listen   on lo\n-match  reject\n` +
      "\\ No newline at end of file\n+listen on lo\n+match reject\n";
    expect(await run(["fmt", "--diff", path])).toMatchObject({ code: 0, stdout: diff });
    expect(await run(["fmt", "--diff", "--check", path])).toMatchObject({ code: 1, stdout: diff });
    expect(await run(["fmt", "--diff", clean])).toMatchObject({ code: 0, stdout: "" });
    expect(read(path)).toBe(untidy);
  });

  test.skipIf(!existsSync("/usr/bin/patch"))(
    "two long texts that have little in common give a diff, which patch(1) understands",
    async () => {
      const long = `${"listen   on lo\nmatch  reject\n\n\n\n".repeat(8_000)}match  reject`;
      const path = file("long/smtpd.conf", long);
      const { stdout } = await run(["fmt", "--diff", path]);
      const { status } = spawnSync("patch", ["-s", "-p0", path], { input: stdout });
      expect([status, await run(["fmt", "--check", path])]).toEqual([0, expect.objectContaining({ code: 0 })]);
    },
  );
});
