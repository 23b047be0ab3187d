import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { run } from "./run.ts";

const { folder, file } = temporaryFolder("cli");

const good = 'action "local" mbox\nmatch for local action "local"\n';
const bad = 'match for any action "out"\nlisten on lo prot 25\n';

describe("exit codes and streams", () => {
  test("0 for a clean file", async () => {
    const { code, stdout, stderr } = await run([file("good/smtpd.conf", good)]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "no problems in 1 file\n", stderr: "" });
  });

  test("1 for errors", async () => {
    const { code, stdout, stderr } = await run(["--format", "compact", file("bad/smtpd.conf", bad)]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout.replaceAll(`${folder}/`, "")).toBe(
      "bad/smtpd.conf:1:22: error: action 'out' is not defined [undefined-action]\n" +
        "bad/smtpd.conf:2:14: error: unknown word 'prot'; did you mean 'port'? [misspelt-word]\n",
    );
  });

  test.each([
    [["--nonsense"], /nonsense/],
    [["--target", "9.9"], /unknown release 9\.9: write one from 6\.4 to 7\.9/],
    [["--format", "xml"], /--format must be one of/],
    [["--define", "x"], /--define needs NAME=VALUE/],
    [[join(folder, "nope.conf")], /nope\.conf: no such file/],
  ])("2 for %j", async (argv, message) => {
    const { code, stdout, stderr } = await run(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });

  test("a file that cannot be read does not hide the others", async () => {
    const { code, stdout, stderr } = await run([join(folder, "nope.conf"), file("bad/smtpd.conf", bad)]);
    expect(code).toBe(2);
    expect(stdout).toContain("undefined-action");
    expect(stderr).toContain("no such file");
  });

  test("a file without permission is said to be so", async () => {
    const path = file("secret/smtpd.conf", good);
    chmodSync(path, 0);
    const { code, stderr } = await run([path]);
    // Root may read everything.
    if (process.getuid?.() === 0) expect(code).toBe(0);
    else expect(stderr).toContain("permission denied");
  });
});

describe("what to lint", () => {
  test("standard input, by a name", async () => {
    const { code, stdout } = await run(["--format", "compact", "--stdin-filename", "my.conf", "-"], { stdin: bad });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^my\.conf:1:22: error/);
  });

  test("a folder, with the configurations below it", async () => {
    file("tree/smtpd.conf", good);
    file("tree/b/mx.smtpd.conf", bad);
    file("tree/b/other.conf", bad);
    file("tree/node_modules/smtpd.conf", bad);
    const { stdout } = await run(["--format", "json", join(folder, "tree")]);
    const paths = (JSON.parse(stdout) as { files: { path: string }[] }).files.map(({ path }) =>
      path.slice(folder.length),
    );
    expect(paths).toEqual(["/tree/b/mx.smtpd.conf", "/tree/smtpd.conf"]);
  });

  test("a folder without any is wrong usage", async () => {
    mkdirSync(join(folder, "empty"), { recursive: true });
    expect(await run([join(folder, "empty")])).toMatchObject({ code: 2, stdout: "" });
  });

  test("a target, macros and included files", async () => {
    const path = file("inc/smtpd.conf", 'include "rules.conf"\nlisten on $if\n');
    file("inc/rules.conf", "match from rdns for any reject\n");
    expect(await run(["-D", "if=lo", path])).toMatchObject({ code: 0 });
    const { stdout } = await run(["--format", "compact", "-D", "if=lo", "--target", "6.4", path]);
    expect(stdout).toMatch(/inc\/rules\.conf:1:12: error: 'rdns' came with OpenSMTPD 6\.6/);
  });
});

describe("--root", () => {
  test("absolute paths are looked up below it, and nothing outside is read", async () => {
    const path = file("copy/etc/mail/smtpd.conf", 'include "/etc/mail/inc.conf"\ninclude "../../../outside.conf"\n');
    file("copy/etc/mail/inc.conf", "match from src <nope> for any reject\n");
    file("outside.conf", "this is not read\n");
    const { stdout } = await run(["--format", "compact", "--root", join(folder, "copy"), path]);
    expect(stdout).toContain("table 'nope' is not defined");
    expect(stdout).toContain("unread-include");
    expect(stdout).not.toContain("outside.conf:");
  });

  test("without it an absolute path means another machine", async () => {
    const path = file("other/smtpd.conf", 'include "/etc/hostname"\n');
    const { code, stdout } = await run(["--format", "compact", path]);
    expect(code).toBe(0);
    expect(stdout).toContain("warning: the included file '/etc/hostname' was not read");
  });
});

describe("bad input", () => {
  const cases: [string, string | Buffer, number, RegExp][] = [
    ["an empty file", "", 1, /no-rules/],
    ["binary", Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919) % 256)), 1, /error/],
    ["invalid UTF-8", Buffer.from([...Buffer.from(good), 0xff, 0xfe, 10]), 1, /error/],
    ["NUL", "match reject\nadmd a\0b\n", 1, /nul-byte/],
    ["CRLF", good.replaceAll("\n", "\r\n"), 1, /carriage-return/],
    ["a byte-order mark", `\ufeff${good}`, 1, /byte-order-mark/],
    ["a line of 1 MB", `admd "${"x".repeat(1e6)}"\nmatch reject\n`, 1, /text-too-long/],
    ["a word of 1 MB", `admd ${"x".repeat(1e6)}\nmatch reject\n`, 1, /text-too-long/],
    ["100,000 open braces", `${"{".repeat(1e5)}\n`, 1, /error/],
    ["100,000 open braces in a table", `table t ${"{ a\n".repeat(1e5)}`, 1, /error/],
    ["100,000 quotes that are never closed", '\\"\n'.repeat(1e5), 1, /unclosed-quote/],
    ["100,000 undefined macros", "listen on $x\n".repeat(1e5), 1, /undefined-macro/],
    ["a huge file", `${"# comment\n".repeat(5e6)}`, 2, /larger than 10 MB/],
    ["a file of very many lines", "\n".repeat(1_000_001), 2, /longer than a million lines/],
  ];
  test.each(cases)("%s", async (name, content, code, message) => {
    const result = await run(["--format", "compact", file(`odd/${name}.smtpd.conf`, content)]);
    expect(result.code).toBe(code);
    expect(result.stdout + result.stderr).toMatch(message);
    expect(result.stderr).not.toContain("internal error");
  });

  test("an include loop", async () => {
    const path = file("loop/smtpd.conf", 'include "smtpd.conf"\n');
    expect((await run(["--format", "compact", path])).stdout).toContain("include-loop");
  });

  test("names of Object's own are names like others", async () => {
    const text = "table __proto__ { constructor }\nmatch tag <toString> for any action hasOwnProperty\n";
    const { stdout } = await run(["--format", "compact", file("proto/smtpd.conf", text)]);
    expect(stdout).toContain("table 'toString' is not defined");
    expect(stdout).toContain("action 'hasOwnProperty' is not defined");
  });

  test("control characters cannot drive the terminal", async () => {
    const text = 'match for any action "\x1b[31mred\x07"\n';
    for (const format of ["pretty", "compact"]) {
      const { stdout } = await run(["--format", format, file("esc/smtpd.conf", text)]);
      expect(stdout).toContain("\\x1b[31mred\\x07");
      expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
    }
  });
});

describe("pretty", () => {
  const show = async (text: string, options = {}) => (await run(["-"], { stdin: text, ...options })).stdout;

  test("shows the line, the place, the help and related places", async () => {
    const text = 'match for any action "out"\naction "out" relay\n';
    expect(await show(text)).toBe(
      [
        "<stdin>:1:22: error: action 'out' is defined only further down [undefined-action]",
        ' 1 | match for any action "out"',
        "   |                      ^^^^^",
        "   = help: smtpd reads from top to bottom: move the definition above its first use",
        "   = see: <stdin>:2:8: 'out' is defined here",
        "",
        "1 error in 1 file",
        "",
      ].join("\n"),
    );
  });

  test("tabs, wide characters and long lines keep the marks in place", async () => {
    const wide = '\tproc p "日本" ; x\nmatch reject\n';
    expect((await show(wide)).split("\n").slice(1, 3)).toEqual([
      ' 1 |     proc p "日本" ; x',
      "   |                   ^",
    ]);
    const long = `match tag "${"x".repeat(300)}" fro any reject\n`;
    const lines = (await show(long, { terminal: true, columns: 60, env: { NO_COLOR: "1" } })).split("\n");
    for (const line of lines.slice(1, 4)) expect(line.length).toBeLessThanOrEqual(60);
    const at = (lines[2] as string).indexOf("^");
    expect((lines[1] as string).slice(at, at + 3)).toBe("fro");
  });

  test("colours follow the terminal, NO_COLOR, FORCE_COLOR and --color", async () => {
    const colored = async (argv: string[], options = {}) =>
      (await run([...argv, "-"], { stdin: bad, ...options })).stdout.includes("\x1b[");
    expect(await colored([])).toBe(false);
    expect(await colored([], { terminal: true })).toBe(true);
    expect(await colored([], { terminal: true, env: { NO_COLOR: "1" } })).toBe(false);
    expect(await colored([], { terminal: true, env: { TERM: "dumb" } })).toBe(false);
    expect(await colored([], { env: { FORCE_COLOR: "1" } })).toBe(true);
    expect(await colored(["--color", "always"])).toBe(true);
    expect(await colored(["--color", "never"], { terminal: true })).toBe(false);
  });

  test("--quiet leaves the warnings out", async () => {
    const text = 'include "nope.conf"\n';
    expect(await show(text)).toContain("unread-include");
    expect((await run(["--quiet", "-"], { stdin: text })).stdout).toBe("no problems in 1 file\n");
  });
});

describe("json", () => {
  test("lists every file, and of every finding all there is", async () => {
    const path = file("json/smtpd.conf", 'match for any action "out"\naction "out" relay\n');
    const { stdout } = await run(["--format", "json", path, file("good/smtpd.conf", good)]);
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      target: "7.9",
      files: [
        {
          path,
          target: "7.9",
          diagnostics: [
            {
              rule: "undefined-action",
              category: "refused",
              severity: "error",
              message: "action 'out' is defined only further down",
              path,
              range: { start: { line: 1, column: 22 }, end: { line: 1, column: 27 } },
              help: expect.stringContaining("top to bottom"),
              related: [
                {
                  path,
                  range: { start: { line: 2, column: 8 }, end: { line: 2, column: 13 } },
                  message: "'out' is defined here",
                },
              ],
              fixes: [],
              url: expect.stringMatching(/undefined-action\.md$/),
            },
          ],
        },
        { path: join(folder, "good/smtpd.conf"), target: "7.9", diagnostics: [] },
      ],
      summary: { files: 2, errors: 1, warnings: 0, infos: 0 },
    });
  });
});

describe("information", () => {
  test("--help, --version, --list-rules", async () => {
    expect(await run(["--help"])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^usage: smtpdlint/) });
    expect(await run(["--version"])).toMatchObject({ code: 0, stdout: "smtpdlint 0.0.0\n" });
    const { stdout } = await run(["--list-rules"]);
    expect(stdout).toMatch(/^undefined-table\trefused\terror\t/m);
  });
});
