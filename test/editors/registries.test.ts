import { spawnSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse as parseToml } from "smol-toml";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { wordClasses } from "../../grammar/textmate/word-classes.mts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/** The files for editors' registries, each tried as far as a free editor goes. */
const editors = fileURLToPath(new URL("../../packages/server/editors/", import.meta.url));
const read = (path: string) => readFileSync(join(editors, path), "utf8");
const { version } = JSON.parse(read("../package.json")) as { version: string };
const serverReadme = read("../README.md");
const { folder, file } = temporaryFolder("registries");

const text = `mx = "eth0" # a \\
 still a comment
filter f phase connect match !rdns junk
listen on $mx tls-require pki "m" filter f port 25 \\
  hostname mail.example.org
queue ttl 4d
action "a" mda "x %{user}" user bob
match from any for domain <d> action "a"
`;
const sample = file("sample.smtpd.conf", text);

/** Runs a program; returns what it prints, and throws if it fails. */
function run(program: string, ...argv: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, argv, { encoding: "utf8", cwd: folder });
  if (status !== 0) throw new Error(`${program}: ${error?.message ?? ""}${stdout}${stderr}`);
  return stdout + stderr;
}

test("the page names every folder, and every folder has an entry", () => {
  const folders = readdirSync(editors, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const named = new Set([...read("README.md").matchAll(/^\| `(\w[\w-]*)\//gm)].map(([, name]) => name));
  expect([...named].toSorted()).toEqual(folders.map(({ name }) => name).toSorted());
});

test("nvim-lspconfig: Neovim loads the entry, and it is what the README tells users", () => {
  const path = join(editors, "nvim-lspconfig/smtpdlint.lua");
  const lua = `lua io.write(vim.inspect(dofile('${path}')))`;
  const shown = run("nvim", "--headless", "-u", "NONE", "-c", lua, "-c", "qall!");
  expect(shown.replace(/\s+/g, " ")).toBe(
    '{ cmd = { "smtpdlint", "lsp" }, filetypes = { "smtpd-conf", "smtpd-test", "mailaliases", "smtpd-table", "smtpd-forward", "json.smtpdlint" }, root_markers = { ".smtpdlintrc.json", ".git" } }',
  );
  expect(serverReadme).toContain(
    'filetypes = { "smtpd-conf", "smtpd-test", "mailaliases", "smtpd-table", "smtpd-forward", "json.smtpdlint" }',
  );
});

test("mason: the package is this version of ours, and its program the one that it has", () => {
  const entry = parseYaml(read("mason/package.yaml"));
  const { bin } = JSON.parse(read("../../cli/package.json"));
  expect(entry).toMatchObject({
    name: "smtpdlint",
    source: { id: `pkg:npm/smtpdlint@${version}` },
    neovim: { lspconfig: "smtpdlint" },
  });
  expect(Object.keys(entry.bin)).toEqual(Object.keys(bin));
  expect(["LSP", "Linter", "Formatter"]).toEqual(entry.categories);
});

test("Helix: it is what the README tells users", () => {
  const [, snippet = ""] = /### Helix[\s\S]*?```toml\n([\s\S]*?)```/.exec(serverReadme) ?? [];
  expect(parseToml(read("helix/languages.toml"))).toEqual(parseToml(snippet));
});

test("Zed: its files agree with each other", () => {
  const extension = parseToml(read("zed/extension.toml"));
  const language = parseToml(read("zed/languages/smtpd-conf/config.toml"));
  expect(extension).toMatchObject({ version, language_servers: { smtpdlint: { languages: [language.name] } } });
  expect(parseToml(read("zed/Cargo.toml"))).toMatchObject({ package: { version } });
});

/** What is coloured, as class and words: `[Statement]listen`. */
const expected = [
  '[MacroDefinition]mx[] = [String]"eth0"[] [Comment]# a \\',
  "[Comment] still a comment",
  "[Statement]filter[] f [Option]phase[] [Phase]connect[] [Option]match[] [Arrow]![Condition]rdns[] [Decision]junk",
  '[Statement]listen[] [Option]on[] [Macro]$mx[] [Option]tls-require[] [Option]pki[] [String]"m"[] [Option]filter[] f [Option]port[] [Number]25[] [Continuation]\\',
  "  [Option]hostname[] mail.example.org",
  "[Statement]queue[] [Option]ttl[] [Number]4d",
  '[Statement]action[] [String]"a"[] [Method]mda[] [String]"x [Placeholder]%{user}[String]"[] [Option]user[] bob',
  '[Statement]match[] [Condition]from[] [Condition]any[] [Condition]for[] [Condition]domain[] [Table]<d>[] [Decision]action[] [String]"a"',
];

test("Vim: the type of the file is found, and its words are coloured", () => {
  const out = join(folder, "vim.out");
  const script = file(
    "colours.vim",
    `filetype on
syntax on
edit ${sample}
let out = [&filetype, &commentstring]
for l in range(1, line('$'))
  let [words, last] = ['', '']
  for c in range(1, len(getline(l)))
    let name = synIDattr(synID(l, c, 1), 'name')
    if name !=# last
      let words .= '[' . substitute(name, 'smtpdConf', '', '') . ']'
      let last = name
    endif
    let words .= getline(l)[c - 1]
  endfor
  call add(out, words)
endfor
call writefile(out, '${out}')
qall!
`,
  );
  run("nvim", "--headless", "-u", "NONE", "--cmd", `set runtimepath+=${editors}vim`, "-S", script);
  const [type, comment, ...lines] = readFileSync(out, "utf8").trimEnd().split("\n");
  expect([type, comment]).toEqual(["smtpd-conf", "# %s"]);
  expect(lines).toEqual(expected);
});

test("Emacs: the mode compiles without a warning, and colours words", () => {
  copyFileSync(join(editors, "emacs/smtpd-conf-mode.el"), join(folder, "smtpd-conf-mode.el"));
  const compile = "(setq byte-compile-error-on-warn t)";
  run("emacs", "--batch", "-Q", "--eval", compile, "-f", "batch-byte-compile", "smtpd-conf-mode.el");
  const script = file(
    "colours.el",
    `(find-file "${sample}")
(font-lock-ensure)
(princ (format "%s\\n" major-mode))
(dolist (word '("mx" "still" "filter" "junk" "rdns" "connect" "$mx" "tls-require" "25" "4d" "mda" "x %" "<d>" "f port"))
  (goto-char (point-min))
  (search-forward word)
  (princ (format "%s %s\\n" word (get-text-property (match-beginning 0) 'face))))
`,
  );
  const shown = run("emacs", "--batch", "-Q", "-L", folder, "-l", "smtpd-conf-mode", "-l", script);
  const face = (name: string) => `font-lock-${name}-face`;
  expect(shown.trim().split("\n")).toEqual([
    "smtpd-conf-mode",
    `mx ${face("variable-name")}`,
    `still ${face("comment")}`,
    `filter ${face("keyword")}`,
    `junk ${face("builtin")}`,
    `rdns ${face("variable-name")}`,
    `connect ${face("constant")}`,
    `$mx ${face("variable-name")}`,
    `tls-require ${face("type")}`,
    `25 ${face("constant")}`,
    `4d ${face("constant")}`,
    `mda ${face("function-name")}`,
    `x % ${face("string")}`,
    `<d> ${face("type")}`,
    "f port nil",
  ]);
});

describe("words are found by the regular expressions of", () => {
  const lines = wordClasses().flatMap(({ words, startsLine, scope }) =>
    words.map((word) => ({ line: startsLine ? `  ${word} x` : `x ${word}, y`, word, scope })),
  );

  test("Kate, and the file is XML", () => {
    const xml = read("kate/smtpd-conf.xml");
    run(
      "python3",
      "-c",
      "import sys, xml.dom.minidom as m; m.parse(sys.argv[1])",
      join(editors, "kate/smtpd-conf.xml"),
    );
    const unescaped = xml
      .replace(/&lt;/g, "<")
      .replace(/&gt;/g, ">")
      .replace(/&quot;/g, "'")
      .replace(/&amp;/g, "&");
    const patterns = [...unescaped.matchAll(/<RegExpr attribute="(\w+)" context="#stay" String="([^"]*)"/g)];
    const own = (name: string) => patterns.find(([, attribute]) => attribute === name)?.[2] ?? "(?!)";
    for (const { line, word, scope } of lines) {
      const [last = ""] = scope.split(".").slice(-1);
      const pattern = new RegExp(own(last[0]?.toUpperCase() + last.slice(1)), "g");
      expect([...line.matchAll(pattern)].map(([found]) => found)).toContain(word);
    }
  });

  test("Sublime Text, and the file is YAML", () => {
    const { contexts, scope: whole } = parseYaml(read("sublime/smtpd-conf.sublime-syntax"));
    expect(whole).toBe("source.smtpd-conf");
    const rules = contexts.main as { match: string; scope?: string; push?: string }[];
    for (const { push } of rules) if (push) expect(Object.keys(contexts)).toContain(push);
    for (const { line, word, scope } of lines) {
      const rule = rules.find((item) => item.scope === `${scope}.smtpd-conf`);
      expect(new RegExp(rule?.match ?? "(?!)").exec(line)?.[0].trim()).toBe(word);
    }
    expect(JSON.parse(read("sublime/LSP.sublime-settings")).clients.smtpdlint.selector).toBe(whole);
  });
});

test("Vim's own regular expressions know every word", () => {
  const words = wordClasses().flatMap((item) => item.words);
  writeFileSync(join(folder, "words"), words.join("\n"));
  const syntax = read("vim/syntax/smtpd-conf.vim");
  for (const word of words) expect(syntax).toMatch(new RegExp(`(?:\\(|\\|)${word}(?:\\\\)`));
});
