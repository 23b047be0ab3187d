import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { run } from "./run.ts";

/** What is given in the place of an smtpd.conf, and is none. */
const { folder, file } = temporaryFolder("other-file");

const conf = `table aliases file:${folder}/mail/aliases
table known "file:${folder}/mail/tables/senders list"
include "${folder}/mail/local.conf"
listen on lo
action "in" mbox alias <aliases>
match for local from mail-from <known> action "in"
`;
const files: Readonly<Record<string, string>> = {
  "mail/smtpd.conf": conf,
  "mail/local.conf": "# mine\n",
  "mail/aliases": "root: ann\n",
  "mail/tables/senders list": "ann@example.org\n",
  "mail/tables/unread": "ann@example.org\n",
  "mail/empty": "",
  "mail/smtpd.test": "config smtpd.conf\nto root => local ann\n",
  "home/ann/.forward": "bob@example.org, |procmail\n",
  "home/eve/.forward": "# nothing\n",
  "home/smtpd/.forward": "match for local action in\n",
  "alone/aliases": "# people\nroot: ann,\n\tbob\n\nfilter: ann\n",
  "alone/people": "root: ann\nmta:\tbob\n",
  "alone/mixed": "root: ann\nlisten on lo\n",
  "alone/typos": "lisen on lo\nmach for local acton in\n",
  "alone/macro": 'root = "ann"\n',
  "alone/old": "accept for any relay\n",
  "alone/main.cf": "myhostname = mx.example.org\nmydestination = $myhostname\nsmtpd_banner = x\nrelayhost =\n",
  "alone/smtpd.conf": "root: ann\n",
  "alone/host.smtpd.conf": "root: ann\n",
  "image/etc/mail/smtpd.conf":
    'table domains file:/etc/domains\naction "in" mbox\nmatch for domain <domains> action "in"\n',
  "image/etc/domains": "example.org\n",
};

const before = process.cwd();
beforeAll(() => {
  for (const [name, text] of Object.entries(files)) file(name, text);
  process.chdir(folder);
});
afterAll(() => process.chdir(before));

const ofAliases = "a file of aliases, not an smtpd.conf; lint the smtpd.conf that reads it";
const readBy = (main: string, command = `smtpdlint ${main}`) =>
  `a file that ${main} reads, not an smtpd.conf; ${command} checks it`;
const ofForward = "a .forward, not an smtpd.conf; smtpdlint --on-host checks the .forward of each user";

test.each<[name: string, message: string, ...options: string[]]>([
  ["home/ann/.forward", ofForward],
  ["home/eve/.forward", ofForward],
  ["mail/aliases", readBy("mail/smtpd.conf")],
  ["mail/tables/senders list", readBy("mail/smtpd.conf")],
  ["alone/aliases", ofAliases],
  ["alone/people", ofAliases],
  [
    "image/etc/domains",
    readBy("image/etc/mail/smtpd.conf", "smtpdlint --root image image/etc/mail/smtpd.conf"),
    "--root",
    "image",
  ],
  ["mail/smtpd.test", "a file of policy tests, not an smtpd.conf; run them with smtpdlint test mail/smtpd.test"],
])("%s is no smtpd.conf", async (name, message, ...options) => {
  const said = { code: 2, stdout: "", stderr: `smtpdlint: ${name}: ${message}\n` };
  const commands = [[], ["--fix"], ["--suppress-all"], ["graph"], ["trace", "--to", "ann"]];
  for (const argv of options.length > 0 ? commands : [...commands, ["fmt"]]) {
    expect(await run([...argv, name, ...options]), argv.join(" ")).toMatchObject(said);
  }
  const stdin = files[name] ?? "";
  expect(await run(["-", "--stdin-filename", join(folder, name), ...options], { stdin })).toMatchObject({
    code: 2,
    stdout: "",
  });
});

test.each([
  ["home/smtpd/.forward", "undefined-action"],
  ["mail/local.conf", "no-rules"],
  ["mail/tables/unread", "unknown-statement"],
  ["mail/empty", "no-rules"],
  ["alone/mixed", "unknown-statement"],
  ["alone/typos", "misspelt-word"],
  ["alone/macro", "no-rules"],
  ["alone/old", "old-syntax"],
  ["alone/main.cf", "foreign-setting"],
  ["alone/smtpd.conf", "unknown-statement"],
  ["alone/host.smtpd.conf", "unknown-statement"],
  ["image/etc/domains", "unknown-statement"],
])("%s may be one: %s", async (name, rule) => {
  const { stdout, stderr } = await run(["--format", "compact", name]);
  expect(stderr).toBe("");
  expect(stdout).toContain(`[${rule}]`);
});

test("the other files are linted nevertheless", async () => {
  const { code, stdout, stderr } = await run(["--format", "compact", "mail/aliases", "alone/typos"]);
  expect([code, stderr]).toEqual([2, `smtpdlint: mail/aliases: ${readBy("mail/smtpd.conf")}\n`]);
  expect(stdout).toContain("alone/typos:1:1: error: unknown word 'lisen'");
});

test("aliases on standard input", async () => {
  expect(await run(["-"], { stdin: "root: ann\n" })).toMatchObject({
    code: 2,
    stderr: `smtpdlint: <stdin>: ${ofAliases}\n`,
  });
});

test.each([
  [["diff", "mail/smtpd.conf", "mail/aliases"], "mail/aliases", readBy("mail/smtpd.conf")],
  [["diff", "mail/smtpd.test", "mail/smtpd.conf"], "mail/smtpd.test", /a file of policy tests/],
  [["graph", "mail/aliases"], "mail/aliases", readBy("mail/smtpd.conf")],
  [["trace", "--to", "ann@example.org", "mail/aliases"], "mail/aliases", readBy("mail/smtpd.conf")],
])("%s: so say other commands", async (argv, name, message) => {
  const { code, stdout, stderr } = await run(argv);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(`smtpdlint: ${name}: `);
  expect(stderr).toMatch(message);
});
