import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readSettings, rules } from "@smtpdlint/lint";
import { describe, expect, test } from "vitest";
import { commands, options, shells } from "../../packages/cli/src/options.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { Watcher } from "../helpers/watcher.ts";
import { run } from "./run.ts";

const bundle = fileURLToPath(new URL("../../packages/cli/dist/smtpdlint.cjs", import.meta.url));
const { folder, file } = temporaryFolder("commands");

describe("init", () => {
  const start = (cwd: string) => spawnSync(process.execPath, [bundle, "init"], { cwd, encoding: "utf8" });

  test("writes a configuration file that is in order, and never over another", () => {
    const cwd = join(folder, "init");
    mkdirSync(cwd);
    expect(start(cwd)).toMatchObject({ status: 0, stdout: "wrote .smtpdlintrc.json\n", stderr: "" });
    const path = join(cwd, ".smtpdlintrc.json");
    expect(readSettings(readFileSync(path, "utf8"))).toMatchObject({ settings: { target: "7.9" }, problems: [] });
    writeFileSync(path, "mine");
    expect(start(cwd)).toMatchObject({ status: 2, stderr: "smtpdlint: .smtpdlintrc.json: exists; not overwritten\n" });
    expect(readFileSync(path, "utf8")).toBe("mine");
  });
});

describe("rules", () => {
  test("as text, with the severities that hold", async () => {
    const { code, stdout } = await run(["rules", "--no-config", "--rule", "open-relay=error"]);
    expect(code).toBe(0);
    expect(stdout.trim().split("\n").length).toBe(rules.length);
    expect(stdout).toMatch(/^open-relay\tsecurity\terror\t/m);
    expect((await run(["--list-rules", "--no-config", "--rule", "open-relay=error"])).stdout).toBe(stdout);
  });
  test("as JSON", async () => {
    const { stdout } = await run(["rules", "--no-config", "--format", "json"]);
    const found = JSON.parse(stdout).rules as { id: string }[];
    expect(found.map(({ id }) => id)).toEqual(rules.map(({ meta }) => meta.id));
    expect(found.find(({ id }) => id === "old-syntax")).toMatchObject({
      category: "refused",
      severity: "error",
      fixable: true,
      url: expect.stringContaining("old-syntax.md"),
    });
  });
  test("as Markdown", async () => {
    const lines = (await run(["rules", "--no-config", "--format", "markdown"])).stdout.trim().split("\n");
    expect(lines.length).toBe(rules.length + 2);
    for (const line of lines) expect(line.replaceAll("\\|", "").split("|").length).toBe(7);
  });
  test("not as what only findings can be", async () => {
    expect(await run(["rules", "--format", "sarif"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--format must be one of text, json, markdown, not sarif"),
    });
  });
});

describe("print-config", () => {
  test("says what holds for a file, and where it is from", async () => {
    const config = file(
      "print/.smtpdlintrc.json",
      '{ "target": "6.8", "root": "fs", "rules": { "open-relay": "off" } }',
    );
    const path = file("print/sub/smtpd.conf", "");
    mkdirSync(join(folder, "print/fs"));
    const shown = JSON.parse((await run(["print-config", path, "--rule", "unused-table=error"])).stdout);
    expect(shown).toMatchObject({
      config,
      target: "6.8",
      root: join(folder, "print/fs"),
      rules: { "open-relay": "off", "unused-table": "error", "old-syntax": "error" },
    });
    expect(Object.keys(shown.rules).length).toBe(rules.length);
    const without = JSON.parse((await run(["print-config", path, "--no-config"])).stdout);
    expect(without).toMatchObject({ config: null, target: "7.9", root: null });
    const own = file("print/own/smtpd.conf", "# smtpdlint target=6.6\nmatch reject\n");
    expect(JSON.parse((await run(["print-config", own])).stdout)).toMatchObject({ target: "6.6" });
  });
  test("needs a file", async () => {
    expect(await run(["print-config"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("print-config needs FILE"),
    });
  });
});

describe("which files of a folder", () => {
  const names = async (argv: readonly string[]) => {
    const { stdout } = await run([...argv, "--format", "json", "--no-config"]);
    return (JSON.parse(stdout).files as { path: string }[]).map(({ path }) => path.replace(`${folder}/`, ""));
  };
  for (const name of ["a/smtpd.conf", "a/b/smtpd.conf", "a/b/old.smtpd.conf", "a/b/keep.smtpd.conf", "c/smtpd.conf"]) {
    file(`tree/${name}`, "match reject\n");
  }
  file("tree/.gitignore", "c/\n");
  file("tree/a/b/.gitignore", "*.smtpd.conf\n!keep.smtpd.conf\n");
  mkdirSync(join(folder, "tree/.git"));

  test("what .gitignore leaves out is left out", async () => {
    expect(await names([join(folder, "tree")])).toEqual([
      "tree/a/b/keep.smtpd.conf",
      "tree/a/b/smtpd.conf",
      "tree/a/smtpd.conf",
    ]);
  });
  test("also by one further up in the repository", async () => {
    file("tree/.gitignore", "c/\nsmtpd.conf\n");
    expect(await names([join(folder, "tree/a")])).toEqual(["tree/a/b/keep.smtpd.conf"]);
    file("tree/.gitignore", "c/\n");
  });
  test("and what --exclude says", async () => {
    expect(await names([join(folder, "tree"), "--exclude", "b/", "--exclude", "nothing"])).toEqual([
      "tree/a/smtpd.conf",
    ]);
  });
  test("a file that is named is linted whatever they say", async () => {
    expect(await names([join(folder, "tree/c/smtpd.conf"), "--exclude", "c"])).toEqual(["tree/c/smtpd.conf"]);
  });
});

describe("completions", () => {
  test("of an unknown shell", async () => {
    expect(await run(["completions", "tcsh"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("completions are for bash, zsh, fish, ksh, not for tcsh"),
    });
  });

  test.each(shells)("%s knows every option and command", async (shell) => {
    const { code, stdout } = await run(["completions", shell]);
    expect(code).toBe(0);
    for (const { name } of options) expect(stdout).toMatch(new RegExp(`(?:--|-l )${name}\\b`));
    for (const { name } of commands) expect(stdout).toContain(name);
  });

  const script = (shell: string) => {
    const path = join(folder, `completions.${shell}`);
    writeFileSync(path, spawnSync(process.execPath, [bundle, "completions", shell]).stdout);
    return path;
  };
  const shell = (program: string, text: string) => {
    const { stdout, stderr } = spawnSync(program, ["-c", text], { cwd: folder, encoding: "utf8" });
    expect(stderr).toBe("");
    return stdout.trim().split(/\s+/);
  };

  test.each([
    [["smtpdlint", "--ta"], ["--target"]],
    [
      ["smtpdlint", "trace", "--ta"],
      ["--target", "--tag"],
    ],
    [["smtpdlint", "help", "mi"], ["migrate"]],
    [["smtpdlint", "--fail-on", "w"], ["warning"]],
    [
      ["smtpdlint", "--target", "6."],
      ["6.4", "6.5", "6.6", "6.7", "6.8", "6.9"],
    ],
    [["smtpdlint", "--format", "s"], ["sarif"]],
    [
      ["smtpdlint", "rules", "--format", ""],
      ["text", "json", "markdown"],
    ],
    [["smtpdlint", "--rule", "open-relay=e"], ["open-relay=error"]],
    [["smtpdlint", "explain", "open-r"], ["open-relay"]],
    [
      ["smtpdlint", "print"],
      ["print", "print-config"],
    ],
  ])("bash completes %j", (words, expected) => {
    const text = `source ${script("bash")}; COMP_WORDS=(${words.map((word) => word || "''").join(" ")}); COMP_CWORD=${words.length - 1}
      compopt() { :; }; _smtpdlint; printf '%s\\n' "\${COMPREPLY[@]}"`;
    expect(shell("bash", text)).toEqual(expected);
  });

  test.skipIf(!existsSync("/usr/bin/fish"))("fish completes", () => {
    const complete = (line: string) =>
      shell("fish", `source ${script("fish")}; complete -C '${line}' | string split -f1 \\t`);
    expect(complete("smtpdlint --fail-on w")).toEqual(["warning"]);
    expect(complete("smtpdlint explain open-r")).toEqual(["open-relay"]);
    expect(complete("smtpdlint --tar")).toEqual(["--target"]);
    expect(complete("smtpdlint --ta")).toEqual(["--target"]);
    expect(complete("smtpdlint trace --ta").sort()).toEqual(["--tag", "--target"]);
    expect(complete("smtpdlint explain --ta")).not.toContain("--target");
    expect(complete("smtpdlint comp")).toContain("completions");
    expect(complete("smtpdlint rules --format ")).toEqual(["json", "markdown", "text"]);
    expect(complete("smtpdlint --format s")).toEqual(["sarif"]);
  });

  test.skipIf(!existsSync("/usr/bin/zsh"))("ksh gets arrays, which zsh can read too", () => {
    const print = (name: string) => shell("zsh", `source ${script("ksh")}; print -rl -- $${name}`);
    expect(print("complete_smtpdlint_1")).toEqual(expect.arrayContaining(["trace", "--target", "-o"]));
    expect(print("complete_smtpdlint")).toEqual(expect.arrayContaining(["--target", "7.8", "sarif", "open-relay"]));
    for (const word of print("complete_smtpdlint")) expect(word).toMatch(/^[\w.=-]+$/);
  });

  test.skipIf(!existsSync("/usr/bin/zsh"))("zsh takes it", () => {
    const text = `autoload -Uz compinit; compinit -u -D; source ${script("zsh")}; print -r -- $_comps[smtpdlint]`;
    expect(shell("zsh", text)).toEqual(["_smtpdlint"]);
    expect(shell("zsh", `zsh -n ${script("zsh")}`)).toEqual([""]);
  });
});

describe("--watch", () => {
  test("looks again when a file, an include, a table or the configuration changes", async () => {
    const main = file("watch/smtpd.conf", 'include "more.conf"\naction a mbox virtual <t>\nmatch for local action a\n');
    const more = join(folder, "watch/more.conf");
    const watcher = new Watcher(["--watch", "--format", "compact", main]);
    const lookAfter = async (change: () => void) =>
      (await watcher.lookAfter(change)).replaceAll(`${folder}/watch/`, "");
    try {
      expect(await lookAfter(() => {})).toContain("unread-include");
      expect(await lookAfter(() => writeFileSync(more, `table t file:${folder}/watch/names\n`))).not.toContain(
        "unread-include",
      );
      expect(await lookAfter(() => file("watch/names", "# @list\na\n"))).toContain("wrong-table-kind");
      // As editors save: a new file takes the place of the old one.
      const saved = file("watch/.smtpd.conf.new", "acton x mbox\n");
      expect(await lookAfter(() => renameSync(saved, main))).toContain("smtpd.conf:1:1: error: unknown word 'acton'");
      expect(await lookAfter(() => rmSync(main))).toBe("");
      expect(await lookAfter(() => writeFileSync(main, "listen on lo prot 25\n"))).toContain("misspelt-word");
      expect(await lookAfter(() => file("watch/.smtpdlintrc.json", "{ nonsense"))).toBe("");
      expect(
        await lookAfter(() => file("watch/.smtpdlintrc.json", '{ "rules": { "misspelt-word": "off" } }')),
      ).not.toContain("misspelt-word");
      // Another file in the folder is nobody's business.
      const { looks } = watcher;
      file("watch/notes", "x");
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(watcher.looks).toBe(looks);
    } finally {
      expect(await watcher.end()).toBe("SIGINT");
    }
  });

  test.each([["--fix"], ["-"], ["fmt"]])("not with %s", async (word) => {
    expect((await run([word, "--watch", "x"])).code).toBe(2);
  });
});

describe("progress", () => {
  test("is shown on a terminal and taken away, and not in a pipe", async () => {
    const names = Array.from({ length: 9 }, (_, number) => file(`many/${number}/smtpd.conf`, "match reject\n"));
    let clock = 0;
    const now = () => (clock += 60);
    expect((await run(names, { now })).stderr).toBe("");
    clock = 0;
    const { stderr } = await run(names, { terminal: true, now });
    // After half a second, and ten times a second at most.
    expect(stderr.split("\r\u001b[K")).toEqual(["", "8 of 9 files", ""]);
  });

  test("says that a big table is read", async () => {
    const table = file("big/table", "user@example.org\n".repeat(700_000));
    const path = file("big/smtpd.conf", `table t file:${table}\nmatch for rcpt-to <t> reject\n`);
    expect((await run([path], { terminal: true })).stderr).toContain(`\r\u001b[Kreading ${table}, 12 MB`);
    expect((await run([path])).stderr).toBe("");
  });
});
