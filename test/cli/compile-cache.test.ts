import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bundle } from "../helpers/bundle.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/** What V8 has compiled of the program, as it is kept from run to run. */
const { folder } = temporaryFolder("compile-cache");

function start(name: string, argv: readonly string[] = ["-"], settings: NodeJS.ProcessEnv = {}) {
  const base = join(folder, name);
  mkdirSync(base, { recursive: true });
  const { NODE_DISABLE_COMPILE_CACHE, ...rest } = process.env;
  const env = { ...rest, XDG_CACHE_HOME: base, ...settings };
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, ...argv], {
    env,
    input: "match reject\n",
    encoding: "utf8",
    timeout: 200_000,
  });
  expect([status, stderr]).toEqual([0, ""]);
  return stdout;
}
const kept = (name: string) => join(folder, name, "smtpdlint", `${process.version}-${process.arch}`);
const clean = "no problems in 1 file\n";

test("is kept by the first run that lints, and serves the next", () => {
  expect(start("usual", ["--version"])).toMatch(/^smtpdlint /);
  expect(existsSync(kept("usual"))).toBe(false);
  expect(start("usual")).toBe(clean);
  const before = statSync(kept("usual"));
  expect(before.mode & 0o777).toBe(0o600);
  expect(start("usual")).toBe(clean);
  expect(statSync(kept("usual")).mtimeMs).toBe(before.mtimeMs);
  expect(readdirSync(join(folder, "usual/smtpdlint"))).toHaveLength(1);
});

test("is taken from the home, where there is no other folder for it", () => {
  const home = join(folder, "home");
  start("home", ["-"], { HOME: home, XDG_CACHE_HOME: "" });
  expect(existsSync(join(home, ".cache/smtpdlint"))).toBe(true);
});

test.each([
  ["that was torn", (whole: Buffer) => whole.subarray(0, 1000)],
  ["that is empty", () => Buffer.alloc(0)],
  [
    "in which bytes are wrong",
    (whole: Buffer) => Buffer.from(whole).fill(0xff, whole.length >> 1, (whole.length >> 1) + 99),
  ],
  ["of another program", (whole: Buffer) => Buffer.from(whole).fill("0", 0, 8)],
])("a file %s is not used, and replaced", (name, damage) => {
  start(name);
  const whole = readFileSync(kept(name));
  const damaged = damage(whole);
  writeFileSync(kept(name), damaged);
  expect(start(name)).toBe(clean);
  expect(readFileSync(kept(name)).equals(damaged)).toBe(false);
});

test("what others may write is not run", () => {
  start("open");
  chmodSync(join(folder, "open/smtpdlint"), 0o777);
  writeFileSync(kept("open"), "theirs");
  expect(start("open")).toBe(clean);
  expect(readFileSync(kept("open"), "utf8")).toBe("theirs");
});

test.each(["/proc", "/dev/null", "/nonexistent", "relative"])("a home that is none, %s, does no harm", (home) => {
  expect(start("none", ["-"], { HOME: home, XDG_CACHE_HOME: "" })).toBe(clean);
});

test("nothing is written into a folder of others, or if it is not wanted", () => {
  mkdirSync(join(folder, "shared"), { mode: 0o777 });
  chmodSync(join(folder, "shared"), 0o777);
  start("shared");
  start("unwanted", ["-"], { NODE_DISABLE_COMPILE_CACHE: "1" });
  expect(readdirSync(join(folder, "shared"))).toEqual([]);
  expect(readdirSync(join(folder, "unwanted"))).toEqual([]);
});
