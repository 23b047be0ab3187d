import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseArguments } from "../../packages/cli/src/args.ts";
import { commands, options } from "../../packages/cli/src/options.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { run } from "./run.ts";

const { folder, file } = temporaryFolder("usage");
const main = file(
  "smtpd.conf",
  'listen on lo0\nfilter f proc-exec "x"\naction a mbox\nmatch from any for local action a\n',
);
const old = file("old.conf", "accept from any for local deliver to mbox\n");

/** What people write who do not know the program yet, each with what helps them. */
const mistakes: readonly (readonly [argv: readonly string[], said: string])[] = [
  [["lint", main], "lint is neither a file nor a command: write smtpdlint FILE"],
  [["check", main], "write smtpdlint FILE"],
  [["version"], "write smtpdlint --version"],
  [["format", main], "did you mean smtpdlint fmt?"],
  [["traces", main], "did you mean smtpdlint trace?"],
  [["tarce", main, "--to", "a@b.example"], "unknown command tarce; did you mean trace?"],
  [["nonsense"], "nonsense is neither a file nor a command\n"],
  [["help", "tarce"], "there is no command tarce; did you mean trace?"],
  [["-n", main], "unknown option -n: smtpdlint only checks"],
  [["-f", main], "unknown option -f: name the file"],
  [["-v"], "unknown option -v: --version"],
  [["-Z"], "unknown option -Z\n"],
  [["--json", main], "unknown option --json: write --format json"],
  [["graph", "--svg", main], "unknown option --svg: write --format svg"],
  [["--no-color", main], "write --color never"],
  [["--dry-run", main], "write --fix-dry-run"],
  [["--traget", "7.8", main], "did you mean --target?"],
  [["trace", main, "--too", "x@y.example"], "did you mean --to?"],
  [["--target"], "--target needs RELEASE\n"],
  [["-D"], "--define needs NAME=VALUE\n"],
  [["--max-warnings", "-1", main], "a value that starts with - is written --max-warnings=VALUE\n"],
  [["--quiet=yes", main], "--quiet has no value\n"],
  [["--target", "99", main], "unknown release 99: write one from 6.4 to 7.9"],
  [["diff", "--old-target", "4", main, main], "unknown release 4: write one from 5.3 to 7.9"],
  [["--format", "jsn", main], "did you mean json?"],
  [["--fail-on", "warnings", main], "did you mean warning?"],
  [["--rule", "open-relay=of", main], "did you mean off?"],
  [["--define", "=x", main], "--define needs NAME=VALUE, not =x"],
  [["", main], "a file name is empty"],
  [["--config", "", main], "--config needs FILE: is a variable"],
  [["--stdin-filename", "x.conf", main], "write - as the file"],
  [["--to", "x@y.example", main], "--to is an option of smtpdlint trace, not of smtpdlint FILE"],
  [["trace", main, "--to", "x@y.example", "--fix"], "--fix is an option of smtpdlint FILE, not of smtpdlint trace"],
  [["explain", "open-relay", "--root", folder], "not of smtpdlint explain"],
  [["test", "--on-host"], "test does not look at this machine"],
  [["fmt", "--on-host", main], "fmt does not look at this machine"],
  [["trace", main], "trace needs --to ADDRESS, --smtp or --batch FILE"],
  [["trace", main, "x@y.example"], "trace needs --to before an address: --to x@y.example"],
  [["trace", "x@y.example"], "--to x@y.example"],
  [["trace", main, "--to", "x@y.example", "--tls", "--no-tls"], "either --tls or --no-tls, not both"],
  [
    ["trace", main, "--to", "x@y.example", "--socket", "--client", "192.0.2.1"],
    "either --socket or --client, not both",
  ],
  [["trace", main, "--to", "x@y.example", "--bounce", "--port", "25"], "either --bounce or --port, not both"],
  [["trace", main, "--to", "x@y.example", "--assume", "g=junk"], "there is no such filter; the filters are f\n"],
  [["test", "--min-coverage", "101"], "--min-coverage needs a number up to 100, not 101"],
  [["migrate", old, "-o", "x", "--write"], "either --output or --write, not both"],
  [["graph", main, "--for", "x@y.example"], "--for: unexpected 'x@y.example': write 'to' before the recipient\n"],
  [["explain"], "explain needs RULE (a file called explain is ./explain)"],
  [["rules", "x"], "rules has too many arguments"],
];

describe("wrong usage", () => {
  test.each(mistakes)("%j", async (argv, said) => {
    const { code, stdout, stderr } = await run(argv);
    expect(stderr).toContain(said);
    expect([code, stdout]).toEqual([2, ""]);
    const command = commands.find(({ name }) => name === argv[0]);
    expect(stderr).toContain(`\nsee smtpdlint ${command ? `${command.name} ` : ""}--help\n`);
  });
});

/** Input that cannot be used: how to use the program is not told. */
describe("unusable input", () => {
  mkdirSync(join(folder, "empty"));
  test.each([
    [["--root", join(folder, "none"), main], "none: no such folder\n"],
    [["--root", main, main], "smtpd.conf: not a folder\n"],
    [["--root", "hosts/*", main], 'for several hosts write "root": "hosts/*" into .smtpdlintrc.json\n'],
    [["--root", join(folder, "empty")], `no file given, and there is none of ${folder}/empty/etc/mail/smtpd.conf, `],
    [[join(folder, "empty")], "empty: no smtpd.conf or NAME.smtpd.conf in this folder or below\n"],
    [["test", join(folder, "empty")], "their names end in smtpd.test"],
    [["trace", main, "--to", "x@y.example", "--message", "none.eml"], "none.eml: no such file\n"],
    [["--format", "json", "-o", join(folder, "empty"), main], "empty: is a directory\n"],
    [["diff", old, main], "--old-target 6.0 compares an old side as it is\n"],
    [["trace", old, "--to", "x@y.example"], "old.conf:1: smtpd 7.9 refuses this: this file is in pre-6.4 syntax"],
  ])("%j", async (argv, said) => {
    const { code, stderr } = await run(argv);
    expect(stderr).toContain(said);
    expect(stderr).not.toContain("--help");
    expect(code).toBe(2);
  });
});

describe("help", () => {
  const names = ["lint", ...commands.map(({ name }) => name).filter((name) => name !== "help")] as const;

  test.each(names)("of %s has the options of it, no others, and 80 columns", async (name) => {
    const { code, stdout } = await run(name === "lint" ? ["--help"] : [name, "--help"]);
    expect(code).toBe(0);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    const shown = [...stdout.matchAll(/^ {2}(?:-\w, )?--([\w-]+)/gm)].map(([, option]) => option);
    const own = options.filter(({ of }) => of === undefined || of.includes(name)).map((option) => option.name);
    expect(shown.sort()).toEqual(own.sort());
  });
  test("is found in three ways", async () => {
    const [{ stdout }, ...others] = (await Promise.all(
      [
        ["trace", "--help"],
        ["--help", "trace"],
        ["help", "trace"],
        ["trace", "x", "-h"],
      ].map((argv) => run(argv)),
    )) as [Awaited<ReturnType<typeof run>>, ...Awaited<ReturnType<typeof run>>[]];
    expect(stdout).toMatch(/^usage: smtpdlint trace --to ADDRESS/);
    for (const other of others) expect(other.stdout).toBe(stdout);
    expect((await run(["help"])).stdout).toBe((await run(["--help"])).stdout);
  });
  test("fits on three screens", async () => {
    expect((await run(["--help"])).stdout.split("\n").length).toBeLessThan(125);
  });
  test.each(commands.flatMap(({ examples }) => examples))("the example %s can be read", (example) => {
    const words = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? "");
    expect(parseArguments(words).action).toBe(words[0]);
  });
});

describe("an output file", () => {
  test.each([
    [["graph", main], "flow.svg", "<svg "],
    [["graph", main], "flow.dot", "digraph "],
    [["graph", main], "flow.txt", "flowchart "],
    [["rules"], "rules.json", '{\n  "version": 1'],
    [["trace", main, "--to", "x@localhost"], "trace.json", "{"],
    [["migrate", old], "new.conf", 'action "local_mbox" mbox\n'],
    [[main], "report.sarif", "{"],
  ])("%j in %s", async (argv, name, start) => {
    const path = join(folder, name);
    const { stdout } = await run([...argv, "--output", path]);
    expect(stdout).toBe("");
    expect(readFileSync(path, "utf8").slice(0, start.length)).toBe(start);
    rmSync(path);
  });
  test("is named if the run fails, and nothing is shown", async () => {
    const bad = file("bad.conf", "listen on lo0\nmatch from any for any action gone\n");
    const report = join(folder, "report.json");
    const { code, stdout, stderr } = await run([bad, "--format", "gitlab", "-o", report]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(`smtpdlint: 1 error in 1 file: see ${report}\n`);
    expect((await run([main, "--format", "gitlab", "-o", report])).stderr).toBe("");
  });
});

test("below a root the file is found without a name", async () => {
  file("fs/etc/mail/smtpd.conf", "listen on lo0\nacton x\n");
  const root = join(folder, "fs");
  const { stdout, stderr } = await run(["--root", root]);
  expect(stderr).toBe(`smtpdlint: reading ${root}/etc/mail/smtpd.conf\n`);
  expect(stdout).toContain("unknown word 'acton'");
  writeFileSync(join(root, "etc/mail/smtpd.conf"), "listen on lo0\nmatch from any for any reject\n");
  expect((await run(["trace", "--root", root, "--to", "x@y.example"])).stdout).toMatch(/^x@y.example: refused/);
});

test("a category is explained by its rules", async () => {
  const { code, stdout } = await run(["explain", "security"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^security: It works and is unsafe\.\n/);
  expect(stdout).toContain("\nopen-relay\n  a rule that relays mail of anybody to anywhere\n");
  expect(stdout).not.toContain("unused-table");
});

test("what is assumed of a machine that nobody has looked at", async () => {
  const conf = file(
    "t/smtpd.conf",
    "table v file:/etc/mail/v\nlisten on lo0\naction a mbox virtual <v>\nmatch from any for any action a\n",
  );
  const advice =
    /\nhelp {2}with --root DIR, a copy of the mail host's files, or --on-host, nothing is assumed of <v>\n$/;
  expect((await run(["trace", conf, "--to", "x@y.example"])).stdout).toMatch(advice);
  file("t/etc/mail/v", "x@y.example z\n");
  expect((await run(["trace", conf, "--to", "x@y.example", "--root", join(folder, "t")])).stdout).not.toMatch(advice);
});
