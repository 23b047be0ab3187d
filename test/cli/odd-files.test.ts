import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { startBundle } from "../helpers/bundle.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/** What is no file in the place of one: smtpdlint says so, or reads it, and always ends. */
const { folder, file } = temporaryFolder("odd-files");

const at = (name: string) => join(folder, name);
const good = "match reject\n";
file("smtpd.conf", good);
mkdirSync(at("folder"));
symlinkSync("loop", at("loop"));
spawnSync("mkfifo", [at("pipe")]);
file("sparse", "");
truncateSync(at("sparse"), 5e9);
const long = "a".repeat(300);

/** Runs in the folder; fails if it does not end. */
function start(argv: readonly string[], input = "") {
  const { status, stdout, stderr } = startBundle(["--format", "compact", ...argv], { cwd: folder, input });
  expect(stderr).not.toContain("internal error");
  return { status, output: stdout + stderr };
}

const devices = [
  ["/dev/zero", 2, /larger than 10 MB/],
  ["/dev/full", 2, /larger than 10 MB/],
  ["/dev/null", 1, /no-rules/],
] as const;

describe("linted", () => {
  test.each([
    ["pipe", 1, /no-rules/],
    ["loop", 2, /loop: cannot be read/],
    ["sparse", 2, /larger than 10 MB/],
    [long, 2, /cannot be read/],
    ...devices.filter(([path]) => existsSync(path)),
  ] as const)("%s", (path, status, output) => {
    expect(start([path])).toEqual({ status, output: expect.stringMatching(output) });
  });

  test("a pipe that somebody writes to, late", () => {
    const command = `(sleep 0.3; printf '${good}') > pipe & exec "$0" "$@"`;
    const { stdout } = startBundle(["pipe"], { cwd: folder, through: command });
    expect(stdout).toBe("no problems in 1 file\n");
  });
});

describe("the ends of a pipe", () => {
  test("standard input that never ends", () => {
    const { status, stderr } = startBundle(["-"], { through: 'yes | exec "$0" "$@"' });
    expect([status, stderr]).toEqual([2, expect.stringContaining("<stdin>: the file is larger than 10 MB")]);
  });

  test.each([
    ["closed", 'exec "$0" "$@" 2>&-'],
    ["without a reader", 'exec 3>&1; { "$0" "$@" 2>&1 >&3; echo $? >&3; } | true'],
    ...(existsSync("/dev/full") ? [["full", 'exec "$0" "$@" 2>/dev/full']] : []),
  ])("standard error that is %s", (_, through) => {
    const { status, stdout } = startBundle([at("gone"), at("gone-too")], { through });
    expect(stdout.trim() || String(status)).toBe("2");
  });
});

describe.each(["include", "table t file:"])("after %s", (before) => {
  const names: [string, string][] = [
    ["pipe", ""],
    ["loop", "it cannot be read"],
    ["folder", "it is a directory"],
    ["sparse", "it is too large"],
    [long, "it cannot be read"],
  ];
  if (existsSync("/dev/zero")) names.push([relative(folder, "/dev/zero"), "it lies outside the folder"]);
  test.each(names)("%s", (name, reason) => {
    const path = before === "include" ? ` "${name}"` : `${folder}/${name}`;
    const { status, output } = start(["-"], `${before}${path}\nmatch for domain <t> reject\n`);
    expect(status).not.toBe(2);
    if (before === "include") expect(output).toContain(reason);
  });
});

describe.runIf(process.platform === "linux")("a name that is no UTF-8", () => {
  const name = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9])]);
  const conf = Buffer.concat([name, Buffer.from("/smtpd.conf")]);
  mkdirSync(name);
  beforeEach(() => writeFileSync(conf, 'include "more"\nlisten on lo mask-source\n'));
  writeFileSync(Buffer.concat([name, Buffer.from("/more")]), good);
  writeFileSync(Buffer.concat([name, Buffer.from("/.smtpdlintrc.json")]), '{"rules":{"old-syntax":"warning"}}');
  const named = (argv: readonly string[]) => {
    const through = `exec "$0" "$@" "$(printf 'caf\\351/smtpd.conf')"`;
    return startBundle(argv, { cwd: folder, through });
  };

  test("is found in a folder, and its settings and includes too", () => {
    const { output } = start(["."]);
    expect(output).toContain("caf\\xe9/smtpd.conf:2:14: warning: 'mask-source' is pre-6.4 syntax");
    expect(output).not.toContain("caf\\xe9/smtpd.conf:1");
  });

  test("can be given, and is shown in each format as text", () => {
    expect(named(["--format", "json"]).stdout).toContain('"path": "caf\\\\xe9/smtpd.conf"');
    expect(named(["--format", "sarif"]).stdout).toContain('"uri": "caf%E9/smtpd.conf"');
    expect(named(["--format", "junit"]).stdout).toContain('name="caf\\xe9/smtpd.conf"');
  });

  test("is written to", () => {
    expect(named(["--fix"])).toMatchObject({ status: 0 });
    expect(readFileSync(conf, "utf8")).toContain("mask-src\n");
    expect(readdirSync(name).sort()).toEqual([".smtpdlintrc.json", "more", "smtpd.conf"]);
  });

  test("of the folder in which it starts", () => {
    const { stdout } = startBundle(["--format", "compact"], { through: 'cd caf* && exec "$0" "$@" .', cwd: folder });
    expect(stdout).toContain("smtpd.conf:2:14: warning:");
  });
});

describe("found beside a configuration", () => {
  test.each([".gitignore", ".smtpdlintrc.json"])("a pipe called %s", (name) => {
    const path = file(`${name}-pipe/smtpd.conf`, good);
    spawnSync("mkfifo", [join(path, "..", name)]);
    // An empty file sets nothing, but is no JSON.
    expect(start([join(path, "..")]).status).toBe(name === ".gitignore" ? 0 : 2);
  });

  test("a .gitignore that would take for ever to compare with deep folders", () => {
    const patterns = ["**/a/**/a/**/a/**/a/x", "**/a/**/a/**/a/**/a/**/a/**/a/x"].join("\n");
    file("deep/.gitignore", patterns);
    file(`deep/${"a/".repeat(500)}smtpd.conf`, good);
    file("deep/b/smtpd.conf", good);
    mkdirSync(at("deep/.git"));
    expect(start(["deep"])).toEqual({ status: 0, output: "" });
  });

  test("patterns that no library takes, and more of them than anybody writes", () => {
    const patterns = ["a".repeat(60_000), "[".repeat(900), "{a,".repeat(300), "[z-a]", "[[:alpha:]", "!".repeat(800)];
    file("patterns/.gitignore", `${patterns.join("\n")}\n${"b/\n".repeat(20_000)}`);
    file("patterns/smtpd.conf", good);
    expect(start(["patterns", "--exclude", "a".repeat(60_000)])).toEqual({ status: 0, output: "" });
  });

  test("a folder that cannot be read costs itself and no other", () => {
    file("closed/a/smtpd.conf", "acton x mbox\n");
    mkdirSync(at("closed/b"), { mode: 0 });
    const argv = ["--format", "compact", "closed"];
    const { status, stdout, stderr } = startBundle(argv, { cwd: folder, asNobodyIn: folder });
    expect(stdout).toContain("misspelt-word");
    expect(stderr).toBe("smtpdlint: closed/b: permission denied\n");
    expect(status).toBe(2);
  });
});
