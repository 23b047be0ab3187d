import { spawnSync } from "node:child_process";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { describe, expect, test, vi } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { run } from "./run.ts";

const { folder, file } = temporaryFolder("diff");
const before = `listen on eth0
action "local" mbox
action "out" relay
match from any for domain "example.org" action "local"
match from local for any action "out"
`;
const rule = (from: string, what = 'action "out"') => `match ${from} for any ${what}\n`;
const old = file("old.conf", before);

/** Compares with `before` what has these lines more. */
async function diff(more: string, ...argv: string[]) {
  const { stdout, stderr, code } = await run(["diff", old, file("new.conf", before + more), ...argv]);
  return { stdout: stdout.replaceAll(`${folder}/`, ""), stderr: stderr.replaceAll(`${folder}/`, ""), code };
}

describe("the exit code", () => {
  const open = rule("from any");
  const lan = rule('from src "10.0.0.0/8"');
  test.each([
    ["", [], 0],
    [open, [], 1],
    [open, ["--fail-on", "new-relay"], 1],
    [lan, ["--fail-on", "new-relay"], 0],
    [lan, ["--fail-on", "new-accept"], 1],
    ["queue ttl 1d\n", ["--fail-on", "lost"], 0],
    ["queue ttl 1d\n", ["--fail-on", "any"], 1],
    // What is not proved is no proof.
    ['include "missing.conf"\n', ["--fail-on", "new-relay"], 1],
  ])("of %j with %j", async (more, argv, expected) => {
    expect((await diff(more, ...argv)).code).toBe(expected);
  });

  test("is 1 where mail is lost", async () => {
    const less = file("less.conf", before.replace(/^match from any.*\n/m, ""));
    expect((await run(["diff", old, less, "--fail-on", "lost"])).code).toBe(1);
    expect((await run(["diff", old, less, "--fail-on", "new-accept"])).code).toBe(0);
  });
});

test("a configuration without a difference is proved equal", async () => {
  const { stdout, stderr, code } = await diff(rule("from any", "reject"));
  expect([stdout, stderr, code]).toEqual(["equal for all messages: proved (3 match rules, 1 listener)\n", "", 0]);
});

describe("differences that are expected", () => {
  const lan = rule('from src "10.0.0.0/8"');
  test.each([
    ["from 10.0.0.0/8 to any => relay", 0],
    ["from { 10.0.0.0/9, 10.128.0.0/9 } to any => relay", 0],
    ["from any to any => relay action out rule 3", 0],
    ["from any to any listener 1 => accept", 0],
    ["from 10.0.0.0/9 to any => relay", 1],
    ["from 10.0.0.0/8 to @example.net => relay", 1],
    ["from 10.0.0.0/8 to any-other-domain => relay", 0],
    ["from 10.0.0.0/8 to any => local", 1],
    ["from 10.0.0.0/8 to any => not relay", 1],
    ["from outside to any => relay", 1],
    ["from 10.0.0.0/8 to any port 587 => relay", 1],
  ])("%s", async (line, code) => {
    const result = await diff(lan, "--allow", file("expected.test", `${line}\n`));
    expect([result.stderr, result.code]).toEqual(["", code]);
    expect(result.stdout.includes("(expected)")).toBe(code === 0);
  });

  test.each([
    ["from 10.0.0.0/8 helo x to any => relay", "expected.test:1:17: 'helo' does not go with many messages"],
    ["from somewhere to any => relay", "expected.test:1:6: 'from' needs a network"],
    ["from any to any => never relay", "expected.test:1:20: write what becomes of the messages now"],
    ["from any to any => local bob", "expected.test:1:20: of many messages no user can be named"],
    ["from any", "expected.test:1:9: unexpected end of the line"],
  ])("not: %s", async (line, message) => {
    const { stderr, code } = await diff(lan, "--allow", file("expected.test", `${line}\n`));
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

describe("the formats", () => {
  const more = `${rule("from any")}smtp max-message-size 50M\n`;

  test("json is as its schema says", async () => {
    const schema = fileURLToPath(new URL("../../packages/cli/schema/diff.schema.json", import.meta.url));
    const validate = new Ajv().compile(JSON.parse(readFileSync(schema, "utf8")));
    for (const [text, result] of [
      [more, "different"],
      ["", "equal"],
      ["table t file:/etc/x\nmatch from any for domain <t> reject\n", "not proved"],
    ] as const) {
      const output = JSON.parse((await diff(text, "--format", "json")).stdout);
      expect(validate(output), JSON.stringify(validate.errors)).toBe(true);
      if (result !== "not proved") expect(output.result).toBe(result);
    }
    const { differences } = JSON.parse((await diff(more, "--format", "json")).stdout);
    expect(differences[0]).toEqual({
      kind: "new-relay",
      title: "refused → relayed",
      who: ["from outside to any domain but example.org"],
      expected: false,
      witness: "from 203.0.113.25 to someone@elsewhere.example",
      when: [],
      old: { outcome: 'reject 550 "Invalid recipient" at rcpt-to', places: [] },
      new: {
        outcome: "relay action out rule 3",
        places: [
          { path: "new.conf", line: 6, text: 'match from any for any action "out"' },
          { path: "new.conf", line: 3, text: 'action "out" relay' },
        ],
      },
    });
  });

  test("github annotates the lines of the new side", async () => {
    const { stdout } = await diff(more, "--format", "github");
    expect(stdout).toMatch(
      /^::error file=new\.conf,line=6,title=NEWLY RELAYED FOR OUTSIDERS::refused → relayed: mail /,
    );
    expect(stdout).toMatch(/^::warning file=new\.conf,line=7,title=setting::/m);
  });

  test("markdown is cut where a comment has no room, and says so", async () => {
    const { stdout } = await diff(more, "--format", "markdown");
    expect(stdout).toMatch(/^<!-- smtpdlint diff -->\n### Mail policy: `3 differences/);
    expect(stdout).toContain("<details open><summary><b>NEWLY RELAYED FOR OUTSIDERS</b>");
    const many = Array.from({ length: 300 }, (_, n) => `action "a${n}" relay host "smtp://h${n}.example"\n`).join("");
    const rules = Array.from({ length: 300 }, (_, n) => `match from any for domain "d${n}.example" action "a${n}"\n`);
    const long = (await diff(many + rules.join(""), "--format", "markdown")).stdout;
    expect(long.length).toBeLessThanOrEqual(65_536);
    expect(long).toMatch(/\*\*\d+ of \d+ differences are left out/);
  });

  test("nothing of a file becomes a command or markup", async () => {
    const evil = 'action "<img>`::error::" relay\nmatch from any for any action "<img>`::error::"\n';
    for (const format of ["pretty", "github", "markdown", "json"]) {
      const { stdout } = await diff(evil, "--format", format);
      expect(stdout.split("\n").filter((line) => /^\s*::error::/.test(line))).toEqual([]);
    }
    expect((await diff(evil, "--format", "markdown")).stdout).not.toMatch(/^[^`]*<img>/m);
  });

  test("others are refused", async () => {
    expect((await diff("", "--format", "sarif")).stderr).toContain(
      "--format must be one of pretty, json, github, markdown",
    );
  });
});

describe("--git", () => {
  const own = temporaryFolder("diff-git");
  const git = (...args: string[]) =>
    spawnSync("git", ["-C", own.folder, "-c", "user.name=x", "-c", "user.email=x@example.org", ...args]).status;
  const main = own.file(
    "etc/mail/smtpd.conf",
    `include "more.conf"\ntable vd file:/etc/mail/domains\n${before}match from any for domain <vd> action "local"\n`,
  );
  const included = own.file("etc/mail/more.conf", "queue ttl 1d\n");
  const table = own.file("etc/mail/domains", "a.example\n");
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "--message", "x");

  const since = (revision: string, ...argv: string[]) =>
    run(["diff", "--git", revision, "--root", own.folder, main, ...argv]);

  test("reads the file, its includes and tables as they were", async () => {
    expect(await since("HEAD")).toMatchObject({ code: 0, stderr: "" });
    writeFileSync(table, "a.example\nb.example\n");
    expect((await since("HEAD")).stdout).toContain("to *@b.example");
    writeFileSync(table, "a.example\n");
    writeFileSync(included, "queue ttl 2d\n");
    const { stdout } = await since("HEAD");
    expect(stdout).toContain("HEAD:etc/mail/more.conf:1: queue ttl 1d");
    writeFileSync(included, "queue ttl 1d\n");
  });

  test.each([
    ["HEAD~5", "--git: no revision HEAD~5"],
    ["nothing", "--git: no revision nothing"],
    ["--output=x", "--git: no revision --output=x"],
  ])("%s", async (revision, message) => {
    const { stderr, code } = await run(["diff", `--git=${revision}`, main]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  test("needs the file in the revision, and a repository", async () => {
    const added = own.file("etc/mail/new.smtpd.conf", before);
    expect((await run(["diff", "--git", "HEAD", added])).stderr).toContain(
      "HEAD:etc/mail/new.smtpd.conf: no such file",
    );
    expect((await run(["diff", "--git", "HEAD", old])).stderr).toContain("--git: ");
  });
});

test("--old-target compares two releases", async () => {
  const path = file("tls.conf", 'listen on eth0\naction "l" mbox\nmatch auth "joe" from any for any action "l"\n');
  const { stdout, code } = await run(["diff", "--old-target", "6.6", "--target", "7.8", path]);
  expect(stdout).toContain("refused for now → refused");
  expect(stdout).toContain("not proved  the releases may differ in more");
  expect(code).toBe(1);
  expect((await run(["diff", "--old-target", "6.6", "--fail-on", "lost", path])).code).toBe(0);
});

test.each([
  [["diff", old], "diff needs two files"],
  [["diff"], "diff needs OLD [NEW]"],
  [["diff", "-", old], "diff reads files"],
  [["diff", "--git", "HEAD", old, old], "diff --git needs one file"],
  [["diff", "--on-host", old, old], "diff does not look at this machine"],
  [["diff", old, old, "--fail-on", "error"], "--fail-on must be one of new-relay, new-accept, lost, any"],
  [["--git", "HEAD", old], "--git is an option of smtpdlint diff"],
  [["diff", old, `${old}x`], "no such file"],
])("%j says what is wrong", async (argv, message) => {
  const { stderr, code } = await run(argv);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});

test("a side that smtpd refuses is not compared", async () => {
  const { stderr, code } = await diff("match from nowhere\n");
  expect(stderr).toMatch(/^smtpdlint: new\.conf:6: smtpd \S+ refuses this: unexpected 'nowhere'; .*\n$/);
  expect(code).toBe(2);
});

test("the machine has the addresses that it listens on", async () => {
  const named = (from: string) => `listen on 192.0.2.1\naction "out" relay\nmatch ${from} for any action "out"\n`;
  const words = file("words.conf", named("from local"));
  const list = file("list.conf", named('from src { "127.0.0.1", "::1", "local" }'));
  const { stdout, code } = await run(["diff", words, list]);
  expect(stdout).toContain("  mail  from 192.0.2.1 to any domain\n");
  expect(code).toBe(1);
});

describe("a file in the language before 6.4", () => {
  const older = file(
    "older.conf",
    "listen on eth0\naccept from any for domain example.org deliver to mbox\naccept for any relay\n",
  );
  const compare = async (...argv: string[]) => {
    const { stdout, stderr, code } = await run(["diff", ...argv]);
    return { text: (stdout + stderr).replaceAll(`${folder}/`, ""), code };
  };

  test.each(["6.0", "6.0.3", "5.9.2p1"])("is read as by %s, and compared with its migration", async (release) => {
    const { text, code } = await compare("--old-target", release, older, old);
    expect([text, code]).toEqual(["equal for all messages: proved (2 match rules, 1 listener)\n", 0]);
  });

  test("shows what a migration has lost", async () => {
    const newer = file("newer.conf", before.replace("match from local", "match from auth"));
    const { text, code } = await compare("--old-target", "6.0", older, newer);
    expect(text).toContain("relayed → refused");
    expect(text).toContain("older.conf:3: accept for any relay");
    expect(code).toBe(1);
  });

  test("is refused where no release reads it", async () => {
    expect(await compare("--old-target", "6.0", old, old)).toEqual({
      text: "smtpdlint: old.conf:2: no release before 6.4 reads this line\n",
      code: 2,
    });
  });
});

describe("--git, where the repository is not an ordinary one", () => {
  const { folder: all, file: write } = temporaryFolder("diff-git-odd");
  const git = (at: string, ...args: string[]) => {
    const own = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "protocol.file.allow=always"];
    const { status, stderr } = spawnSync("git", ["-C", join(all, at), ...own, ...args]);
    expect(status, String(stderr)).toBe(0);
  };
  const commit = (at: string) => {
    git(at, "add", "--all");
    git(at, "commit", "--quiet", "--message", "x");
  };
  const lan = `${before}${rule('from src "10.0.0.0/8"')}`;
  /** A repository with a configuration, which has changed since. */
  const repository = (name: string, path = "etc/smtpd.conf") => {
    const main = write(`${name}/${path}`, before);
    git(name, "init", "--quiet");
    commit(name);
    writeFileSync(main, lan);
    return main;
  };
  const since = (revision: string, main: string, ...argv: string[]) => run(["diff", "--git", revision, main, ...argv]);
  const isFound = expect.objectContaining({
    code: 1,
    stderr: "",
    stdout: expect.stringContaining("mail  from 10.0.0.0/8"),
  });

  test("a symbolic link in the tree, to the folder, and into the repository from elsewhere", async () => {
    const main = repository("links");
    symlinkSync("etc/smtpd.conf", join(all, "links/smtpd.conf"));
    git("links", "add", "smtpd.conf");
    git("links", "commit", "--quiet", "--message", "link");
    expect(await since("HEAD", join(all, "links/smtpd.conf"))).toEqual(isFound);
    // Before the link was there, the file that it leads to was.
    expect(await since("HEAD~1", join(all, "links/smtpd.conf"))).toEqual(isFound);
    symlinkSync(join(all, "links/etc"), join(all, "folder"));
    expect(await since("HEAD", join(all, "folder/smtpd.conf"))).toEqual(isFound);
    symlinkSync(main, join(all, "elsewhere.conf"));
    expect(await since("HEAD", join(all, "elsewhere.conf"))).toEqual(isFound);
  });

  test("a link that leads out of the repository", async () => {
    const outside = write("outside.conf", before);
    repository("out");
    symlinkSync(outside, join(all, "out/smtpd.conf"));
    commit("out");
    const { stderr, code } = await since("HEAD", join(all, "out/smtpd.conf"));
    expect(stderr).toContain("HEAD:smtpd.conf: lies outside the folder and the repository of the configuration");
    expect(code).toBe(2);
  });

  test("a submodule, and what includes a file of one", async () => {
    repository("inner");
    commit("inner");
    repository("outer", "smtpd.conf");
    git("outer", "submodule", "--quiet", "add", join(all, "inner"), "sub");
    writeFileSync(join(all, "outer/smtpd.conf"), `include "sub/etc/smtpd.conf"\n`);
    commit("outer");
    const inner = join(all, "outer/sub/etc/smtpd.conf");
    writeFileSync(inner, before);
    expect((await since("HEAD", inner)).code).toBe(1);
    // The revision has of a submodule only which commit it is.
    const { stdout, code } = await since("HEAD", join(all, "outer/smtpd.conf"));
    expect(stdout).toContain("not proved  a part of the old configuration was not read");
    expect(code).toBe(1);
  });

  test("a working tree of its own, and a hook", async () => {
    const main = repository("many");
    git("many", "worktree", "add", "--quiet", "../second", "HEAD");
    writeFileSync(join(all, "second/etc/smtpd.conf"), lan);
    expect(await since("HEAD", join(all, "second/etc/smtpd.conf"))).toEqual(isFound);
    vi.stubEnv("GIT_DIR", ".git");
    expect(await since("HEAD", main)).toEqual(isFound);
    vi.unstubAllEnvs();
  });

  test("a file that has been renamed, staged or committed", async () => {
    repository("renamed");
    git("renamed", "mv", "etc/smtpd.conf", "mail.conf");
    const main = join(all, "renamed/mail.conf");
    expect(await since("HEAD", main)).toEqual(isFound);
    git("renamed", "commit", "--quiet", "--message", "renamed");
    const found = await since("HEAD~1", main);
    expect(found).toEqual(isFound);
    expect((await since("HEAD~1", main, "--format", "json")).stdout).not.toContain("HEAD~1:mail.conf");
  });

  test("a shallow clone says that there may be more", async () => {
    repository("deep");
    commit("deep");
    git(".", "clone", "--quiet", "--depth=1", `file://${join(all, "deep")}`, "shallow");
    const { stderr, code } = await since("HEAD~1", join(all, "shallow/etc/smtpd.conf"));
    expect(stderr).toContain("--git: no revision HEAD~1 in this shallow clone; fetch it, or more of the history");
    expect(code).toBe(2);
    expect((await since("HEAD", join(all, "shallow/etc/smtpd.conf"))).code).toBe(0);
  });

  test("no repository, a bare one, a file that git does not know, and no commit", async () => {
    expect((await since("HEAD", write("none/smtpd.conf", before))).stderr).toContain(
      "--git: fatal: not a git repository",
    );
    git(".", "init", "--quiet", "--bare", "bare");
    expect((await since("HEAD", write("bare/smtpd.conf", before))).stderr).toContain("--git: no revision HEAD");
    repository("usual");
    expect((await since("HEAD", write("usual/new.conf", before))).stderr).toContain("HEAD:new.conf: no such file");
    git(".", "init", "--quiet", "empty");
    expect((await since("HEAD", write("empty/smtpd.conf", before))).stderr).toContain("--git: no revision HEAD");
  });
});
