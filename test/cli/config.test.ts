import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { run } from "./run.ts";

const { folder, file } = temporaryFolder("config");

/** Refused since 7.0. */
const old = 'pki "*" cert "/c"\npki "*" key "/k"\nlisten on lo tls\nmatch reject\n';
/** A warning: unread-include. */
const doubtful = 'include "nope.conf"\nmatch reject\n';
const compact = async (...argv: string[]) => {
  const { code, stdout, stderr } = await run(["--format", "compact", ...argv]);
  return { code, rules: [...stdout.matchAll(/: (\w+): .*\[([\w-]+)\]$/gm)].map(([, a, b]) => `${a} ${b}`), stderr };
};

describe(".smtpdlintrc.json", () => {
  test("is found beside and above the linted file, the nearest counts", async () => {
    file("up/.smtpdlintrc.json", '{ "target": "6.8" }');
    const path = file("up/a/b/smtpd.conf", old);
    expect(await compact(path)).toEqual({ code: 0, rules: [], stderr: "" });
    file("up/a/.smtpdlintrc.json", "{}");
    expect(await compact(path)).toMatchObject({ code: 1, rules: ["error listener-tls-without-pki"] });
  });

  test("is looked for anew for each file", async () => {
    file("each/a/.smtpdlintrc.json", '{ "target": "6.8" }');
    const paths = [file("each/a/smtpd.conf", old), file("each/b/smtpd.conf", old)];
    const { stdout } = await run(["--format", "json", ...paths]);
    const { files } = JSON.parse(stdout) as { files: { target: string; diagnostics: unknown[] }[] };
    expect(files.map(({ target, diagnostics }) => [target, diagnostics.length])).toEqual([
      ["6.8", 0],
      ["7.9", 1],
    ]);
  });

  test("the command line wins over the file, the file over the configuration", async () => {
    file("order/.smtpdlintrc.json", '{ "target": "6.8", "rules": { "unread-include": "error" } }');
    const path = file("order/smtpd.conf", `# smtpdlint target=7.8\n${old}`);
    expect((await compact(path)).code).toBe(1);
    expect((await compact("--target", "6.8", path)).code).toBe(0);
    const other = file("order/other.conf", doubtful);
    expect((await compact(other)).rules).toEqual(["error unread-include"]);
    expect((await compact("--rule", "unread-include=info", other)).rules).toEqual(["info unread-include"]);
  });

  test("gives a root, relative to itself", async () => {
    file("root/.smtpdlintrc.json", '{ "root": "tree" }');
    file("root/tree/etc/mail/inc.conf", "match reject\n");
    const path = file("root/tree/etc/mail/smtpd.conf", 'include "/etc/mail/inc.conf"\n');
    expect(await compact(path)).toEqual({ code: 0, rules: [], stderr: "" });
    expect((await compact("--no-config", path)).rules).toEqual(["warning unread-include"]);
  });

  test("--config names another, --no-config none", async () => {
    file("own/.smtpdlintrc.json", "{}");
    const path = file("own/smtpd.conf", old);
    const config = file("own/other.json", '{ "rules": { "listener-tls-without-pki": "off" } } // for tests');
    expect((await compact("--config", config, path)).code).toBe(0);
    expect((await compact("--config", config, "--no-config", path)).code).toBe(1);
  });

  test("counts for standard input where it is said to be, else in the working folder", async () => {
    file("in/.smtpdlintrc.json", '{ "target": "6.8" }');
    expect(await run(["--stdin-filename", join(folder, "in/smtpd.conf"), "-"], { stdin: old })).toMatchObject({
      code: 0,
    });
    expect(await run(["-"], { stdin: old })).toMatchObject({ code: 1 });
  });

  test("that is wrong stops the run, with every mistake and its place", async () => {
    const config = file("wrong/.smtpdlintrc.json", '{\n  "targt": "6.8",\n  "rules": { "no-rulse": "off" }\n}\n');
    const { code, stdout, stderr } = await run([file("wrong/smtpd.conf", old)]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(
      `smtpdlint: ${config}:2:3: unknown key 'targt'; did you mean target?\n` +
        `smtpdlint: ${config}:3:14: there is no rule 'no-rulse'; did you mean no-rules?\n`,
    );
    mkdirSync(join(folder, "odd/.smtpdlintrc.json"), { recursive: true });
    expect((await run([file("odd/smtpd.conf", old)])).stderr).toMatch(/\.smtpdlintrc\.json: is a directory/);
    expect(await run(["--config", join(folder, "nope.json"), "-"])).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("a configuration file that", () => {
  const severityIn = async (path: string) => (await compact("--hints", path)).rules[0]?.split(" ")[0];

  test("extends others: what is nearer wins, and roots are seen from where they stand", async () => {
    file("chain/base/first.json", '{ "target": "6.8", "root": "tree", "rules": { "unread-include": "error" } }');
    file("chain/base/second.json", '{ "extends": "first.json", "rules": { "suspicious": "hint" } }');
    mkdirSync(join(folder, "chain/base/tree"));
    file("chain/own/.smtpdlintrc.json", '{ "extends": ["../base/second.json"] }');
    const path = file("chain/own/smtpd.conf", doubtful);
    expect(await severityIn(path)).toBe("hint");
    const { stdout } = await run(["print-config", path]);
    expect(JSON.parse(stdout)).toMatchObject({
      config: join(folder, "chain/own/.smtpdlintrc.json"),
      extends: [join(folder, "chain/base/first.json"), join(folder, "chain/base/second.json")],
      target: "6.8",
      root: join(folder, "chain/base/tree"),
    });
    file(
      "chain/own/.smtpdlintrc.json",
      '{ "extends": ["../base/second.json"], "rules": { "unread-include": "info" } }',
    );
    expect(await severityIn(path)).toBe("info");
  });

  test("extends itself, or what is not there, or what is wrong, says so", async () => {
    const config = file("circle/.smtpdlintrc.json", '{\n  "extends": ["b.json", "c.json"]\n}');
    const b = file("circle/b.json", '{ "extends": ".smtpdlintrc.json", "fail-on": 1 }');
    const { code, stderr } = await run([file("circle/smtpd.conf", old)]);
    expect(code).toBe(2);
    expect(stderr.split("\n").toSorted()).toEqual(
      [
        "",
        `smtpdlint: ${b}:1:14: extends: the file extends itself`,
        `smtpdlint: ${b}:1:46: fail-on must be error, warning, info or hint, in quotes`,
        `smtpdlint: ${config}:2:25: extends: no such file`,
      ].toSorted(),
    );
    file("circle/.smtpdlintrc.json", `{ "extends": [${Array(60).fill('"d.json"').join(", ")}] }`);
    file("circle/d.json", "{}");
    expect((await run([join(folder, "circle/smtpd.conf")])).stderr).toContain("more than 50 files");
  });

  test("has overrides sets them for the files that match, the last one wins", async () => {
    file(
      "some/.smtpdlintrc.json",
      `{ "overrides": [
          { "files": ["old/", "*.old.smtpd.conf"], "rules": { "unread-include": "error" } },
          { "files": ["old/b.smtpd.conf"], "rules": { "unread-include": "hint" }, "target": "6.8" }
        ] }`,
    );
    expect(await severityIn(file("some/smtpd.conf", doubtful))).toBe("warning");
    expect(await severityIn(file("some/x/y.old.smtpd.conf", doubtful))).toBe("error");
    expect(await severityIn(file("some/old/a.smtpd.conf", doubtful))).toBe("error");
    const last = file("some/old/b.smtpd.conf", doubtful);
    expect(await severityIn(last)).toBe("hint");
    expect(JSON.parse((await run(["print-config", last])).stdout).target).toBe("6.8");
  });

  test("excludes files is obeyed in folders, not for files that are named", async () => {
    file("skip/.smtpdlintrc.json", '{ "exclude": ["old/", "draft.*"] }');
    for (const name of ["a/smtpd.conf", "a/old/smtpd.conf", "a/draft.smtpd.conf"]) file(`skip/${name}`, doubtful);
    const { stdout } = await run(["--format", "json", join(folder, "skip/a")]);
    const { files } = JSON.parse(stdout) as { files: { path: string }[] };
    expect(files.map(({ path }) => path)).toEqual([join(folder, "skip/a/smtpd.conf")]);
    expect((await compact(join(folder, "skip/a/draft.smtpd.conf"))).rules).toEqual(["warning unread-include"]);
    expect((await run(["fmt", "--check", join(folder, "skip/a")])).stdout).not.toContain("draft");
    for (const name of ["a", "a/old"]) file(`skip/${name}/smtpd.test`, "to a@example.org => reject\n");
    file("skip/a/smtpd.conf", "listen on 192.0.2.1\nmatch from any for any reject\n");
    expect(await run(["test", join(folder, "skip")])).toMatchObject({ code: 0 });
  });

  test("sets a threshold does so for its own files, and the command line wins", async () => {
    file("strict/.smtpdlintrc.json", '{ "fail-on": "warning" }');
    const strict = file("strict/smtpd.conf", doubtful);
    const lax = file("lax/smtpd.conf", doubtful);
    expect((await compact(strict)).code).toBe(1);
    expect((await compact(lax)).code).toBe(0);
    expect((await compact(lax, strict)).code).toBe(1);
    expect((await compact("--fail-on", "error", strict)).code).toBe(0);
  });

  test("names a root by a pattern gives each host its own", async () => {
    file("fleet/.smtpdlintrc.json", '{ "root": "hosts/mx*/fs" }');
    for (const host of ["mx1", "mx2"]) file(`fleet/hosts/${host}/fs/etc/inc.conf`, "match reject\n");
    const text = 'include "/etc/inc.conf"\n';
    const paths = ["mx1/fs/etc/mail", "mx2/fs", "mx3/fs", "web/fs", "mx1"].map((way) =>
      file(`fleet/hosts/${way}/smtpd.conf`, text),
    );
    const { stdout } = await run(["--format", "json", ...paths]);
    const { files } = JSON.parse(stdout) as { files: { host?: string; diagnostics: { rule: string }[] }[] };
    expect(files.map(({ host, diagnostics }) => [host, ...diagnostics.map(({ rule }) => rule)])).toEqual([
      ["mx1"],
      ["mx2"],
      // There is no such file, in a root that is one.
      ["mx3", "unread-include"],
      // No host: an absolute path is not followed.
      [undefined, "unread-include"],
      [undefined, "unread-include"],
    ]);
  });
});

describe("thresholds", () => {
  const path = file("fail/smtpd.conf", doubtful);

  test.each([
    [[], 0],
    [["--fail-on", "error"], 0],
    [["--fail-on", "warning"], 1],
    [["--fail-on", "info"], 1],
    [["--fail-on", "warning", "--quiet"], 1],
    [["--max-warnings", "0"], 1],
    [["--max-warnings", "1"], 0],
    [["--rule", "unread-include=error"], 1],
    [["--rule", "unread-include=info", "--max-warnings", "0"], 0],
    [["--rule", "unread-include=hint", "--fail-on", "info"], 0],
    [["--rule", "unread-include=hint", "--fail-on", "hint"], 1],
    [["--rule", "unread-include=off", "--fail-on", "hint"], 0],
    [["--rule", "suspicious=error"], 1],
    [["--rule", "unread-include=info", "--rule", "suspicious=error"], 0],
  ])("%j exits with %i", async (argv, code) => {
    expect((await compact(...argv, path)).code).toBe(code);
  });

  test("what makes the run fail is shown, also a hint", async () => {
    expect((await compact("--rule", "unread-include=hint", "--fail-on", "hint", path)).rules).toEqual([
      "hint unread-include",
    ]);
  });

  test.each([
    [["--fail-on", "fatal"], /--fail-on must be one of error, warning, info, hint/],
    [["--max-warnings", "-1"], /max-warnings/],
    [["--max-warnings", "many"], /--max-warnings needs a number/],
    [["--rule", "no-rules"], /--rule needs ID=SEVERITY/],
    [["--rule", "no-rulse=off"], /there is no rule 'no-rulse'; did you mean no-rules\?/],
    [["--rule", "no-rules=warn"], /must be one of off, hint/],
    [["--fix=all"], /--fix must be one of safe, unsafe/],
    [["--fix", "--fix-dry-run"], /exclude each other/],
  ])("%j is wrong usage", async (argv, message) => {
    const { code, stderr } = await run([...argv, path]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

test("--list-rules shows the severities that count", async () => {
  const config = file("list/rc.json", '{ "rules": { "no-rules": "hint", "nul-byte": "info" } }');
  const { stdout } = await run(["--list-rules", "--config", config, "--rule", "nul-byte=off"]);
  expect(stdout).toMatch(/^no-rules\trefused\thint\t/m);
  expect(stdout).toMatch(/^nul-byte\trefused\toff\t/m);
  expect(stdout).toMatch(/^unread-include\tsuspicious\twarning\t/m);
});
