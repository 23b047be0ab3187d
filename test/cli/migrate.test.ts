import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { run } from "./run.ts";

const { folder, file } = temporaryFolder("migrate");
const plain = "listen on lo0\naccept from any for domain a.example deliver to mbox # ours\n";
const translated =
  'listen on lo0\naction "local_mbox" mbox\nmatch from any for domain a.example action "local_mbox" # ours\n';

async function migrate(path: string, ...argv: string[]) {
  const { stdout, stderr, code } = await run(["migrate", path, ...argv]);
  return { stdout: stdout.replaceAll(`${folder}/`, ""), stderr: stderr.replaceAll(`${folder}/`, ""), code };
}

test("the result goes to standard output, and what to read to standard error", async () => {
  const { stdout, stderr, code } = await migrate(file("plain.conf", plain));
  expect(stdout).toBe(translated);
  expect(stderr).toMatch(/^plain\.conf:1: queue: /);
  expect(code).toBe(0);
});

describe("the exit code", () => {
  test.each([
    ["accept from any for domain a deliver to mbox\n", 0],
    ["accept for any relay via tls://a\n", 1],
    ["accept for any relay via nothing://a\n", 2],
    ['include "missing.conf"\naccept for domain a deliver to mbox\n', 2],
    ["filter x dkim-signer\naccept for domain a relay\n", 2],
    ['action "a" mbox\nmatch for local action "a"\n', 0],
  ])("of %j is %i", async (text, expected) => {
    expect((await migrate(file("code.conf", text))).code).toBe(expected);
  });
});

test("a file in today's language stays as it is", async () => {
  const today = 'action  "a" mbox\nmatch for local action "a"\n';
  const { stdout, stderr } = await migrate(file("today.conf", today));
  expect([stdout, stderr]).toEqual([today, "smtpdlint: today.conf is in today's language already\n"]);
});

test.each([
  ["master.cf", "Postfix, a master.cf", "smtp inet n - y - - smtpd\n"],
  [
    "main.cf",
    "Postfix, a main.cf",
    "myhostname = mx.example.org\nmydestination = $myhostname\nrelayhost =\nsmtpd_banner = hi\n",
  ],
  ["exim4.conf", "Exim", "begin acl\nacl_check_rcpt:\n  accept hosts = :\nbegin routers\n"],
  [
    "sendmail.mc",
    "sendmail, a sendmail.mc",
    "define(`confSMTP_LOGIN_MSG', `hi')dnl\nFEATURE(`nouucp')dnl\nMAILER(smtp)dnl\n",
  ],
])("a file of another mail program is not translated: %s", async (name, program, text) => {
  const { stdout, stderr, code } = await migrate(file(name, text), "--write");
  expect([stdout, code]).toEqual(["", 2]);
  expect(stderr).toBe(
    `smtpdlint: ${name}: this is a configuration file of ${program}: migrate reads smtpd.conf from before OpenSMTPD 6.4; smtpdlint init RECIPE writes files to begin with\n`,
  );
  expect(readFileSync(join(folder, name), "utf8")).toBe(text);
});

test("standard input can be migrated", async () => {
  const { stdout, stderr, code } = await run(["migrate", "-", "--stdin-filename", "smtpd.conf"], { stdin: plain });
  expect([stdout, code]).toEqual([translated, 0]);
  expect(stderr).toContain("smtpd.conf:1: queue");
});

describe("--write", () => {
  test("writes the file and what it includes, and keeps their modes", async () => {
    const rules = file("rules.conf", "accept for any relay\n");
    const main = file("main.conf", 'table t { a }\ninclude "rules.conf"\n');
    chmodSync(main, 0o640);
    const { stdout, stderr, code } = await migrate(main, "--write");
    expect([stdout, code]).toEqual(["", 0]);
    expect(stderr).not.toContain("included files change");
    expect(readFileSync(rules, "utf8")).toBe('action "relay" relay\nmatch for any action "relay"\n');
    expect(readFileSync(main, "utf8")).toBe('table t { a }\ninclude "rules.conf"\n');
    expect(statSync(main).mode & 0o777).toBe(0o640);
  });

  test("keeps the mode of what it writes", async () => {
    const main = file("mode.conf", plain);
    chmodSync(main, 0o600);
    await migrate(main, "--write");
    expect(readFileSync(main, "utf8")).toBe(translated);
    expect(statSync(main).mode & 0o777).toBe(0o600);
  });

  test("writes nothing outside the folder of the configuration", async () => {
    mkdirSync(`${folder}/etc`, { recursive: true });
    mkdirSync(`${folder}/other`, { recursive: true });
    writeFileSync(`${folder}/other/rules.conf`, "accept for any relay\n");
    const main = `${folder}/etc/smtpd.conf`;
    writeFileSync(main, `include "${folder}/other/rules.conf"\naccept for domain a relay\n`);
    const { code } = await migrate(main, "--write");
    expect(code).toBe(2);
    expect(readFileSync(`${folder}/other/rules.conf`, "utf8")).toBe("accept for any relay\n");
  });

  test.each([
    [["-", "--write"], "--write needs a file"],
    [["x", "--write", "--diff"], "either --write or --diff"],
  ])("not with %j", async (argv, message) => {
    const { stderr, code } = await run(["migrate", ...argv], { stdin: plain });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

test("--diff shows what would change", async () => {
  const path = file("diff.conf", plain);
  const { stdout } = await migrate(path, "--diff");
  expect(stdout).toContain("-accept from any for domain a.example deliver to mbox # ours\n");
  expect(stdout).toContain('+action "local_mbox" mbox\n');
  expect(readFileSync(path, "utf8")).toBe(plain);
});

test("json is as its schema says", async () => {
  file("more.conf", "accept for any relay via tls://a.example\n");
  const path = file("json.conf", 'include "more.conf"\nexpire 4\n');
  const { stdout, stderr, code } = await migrate(path, "--format", "json");
  const schema = fileURLToPath(new URL("../../packages/cli/schema/migrate.schema.json", import.meta.url));
  const validate = new Ajv().compile(JSON.parse(readFileSync(schema, "utf8")));
  const document = JSON.parse(stdout);
  expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
  expect(document).toMatchObject({
    version: 1,
    text: "include \"more.conf\"\n# smtpdlint: not translated: '4' cannot stand there\n# expire 4\n",
    files: { "more.conf": expect.stringContaining('host "smtp+tls://a.example" tls no-verify') },
    announcements: [
      { kind: "queue" },
      { kind: "unverified-relay", range: { path: "more.conf", start: { line: 1, column: 26 } } },
    ],
    untranslated: [{ range: { path: "json.conf", start: { line: 2, column: 1 }, end: { line: 2, column: 9 } } }],
  });
  expect(stderr).toBe("");
  expect(code).toBe(2);
});

test("--root has the tables and the name of the machine", async () => {
  mkdirSync(`${folder}/root/etc/mail`, { recursive: true });
  writeFileSync(`${folder}/root/etc/mailname`, "mx.example.org\n");
  writeFileSync(`${folder}/root/etc/mail/nets`, "local\n192.0.2.0/24\n");
  const main = `${folder}/root/etc/mail/smtpd.conf`;
  writeFileSync(
    main,
    'pki mx.example.org certificate "/c" key "/k"\ntable nets file:/etc/mail/nets\nlisten on lo0 tls auth\naccept from source <nets> for any relay as joe\n',
  );
  const { stdout } = await migrate(main, "--root", `${folder}/root`, "--target", "6.8");
  expect(stdout).toContain(
    'listen on lo0 tls pki mx.example.org auth\naction "relay" relay mail-from "joe@mx.example.org"\n',
  );
  expect(stdout).toContain('match from src <nets> for any action "relay"\nmatch from auth for any action "relay"\n');
});

test("a file without a listener may be a part of another", async () => {
  const part = file("part.conf", "accept from any for domain a deliver to mbox\n");
  expect((await migrate(part)).stderr).toContain("of a part of a configuration, migrate the file that includes it\n");
  expect((await migrate(part, "--quiet")).stderr).toBe("");
});

test("mistakes of the old file are told of", async () => {
  const { stderr } = await migrate(file("wrong.conf", "listen on lo0 port 99999\naccept for domain a relay\n"));
  expect(stderr).toContain("smtpdlint: smtpd 7.9 refuses the result for 1 reason: lint it to see it\n");
});

test.each([
  [["migrate"], "migrate needs FILE"],
  [["migrate", "a", "b"], "migrate has too many arguments"],
  [["migrate", "missing.conf"], "missing.conf: no such file"],
  [["migrate", "x", "--format", "sarif"], "--format must be one of pretty, json, not sarif"],
  [["x", "--write"], "--write is an option of smtpdlint migrate"],
  [["x", "--diff"], "--diff is an option of smtpdlint fmt, smtpdlint migrate"],
])("wrong usage: %j", async (argv, message) => {
  const { stderr, code } = await run(argv);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});

describe("--from", () => {
  const rules = 'match from any for domain { a.example } action "in"\nmatch for local action "in"\n';
  const conf = (action: string) => file("upgrade.conf", `listen on lo\n${action}\n${rules}`);

  test("mends what the target would refuse", async () => {
    const text = 'listen on lo\naction "in" mbox\nmatch from any for domain <regex> action "in"\n';
    const path = file("reserved.conf", `table regex { a.example }\n${text}`);
    const { stdout, stderr, code } = await migrate(path, "--from", "6.4", "--target", "7.8");
    expect(stdout).toBe(`table "regex" { a.example }\n${text.replace("<regex>", '<"regex">')}`);
    expect([code, stderr.includes("not-proved: the releases may differ")]).toEqual([1, true]);
  });

  test("says what the release does it differently", async () => {
    const { stderr, code } = await migrate(
      conf('action "in" lmtp "/x" user vmail'),
      "--from",
      "6.8",
      "--target",
      "7.8",
    );
    expect(stderr).toContain("upgrade.conf:3: treated-otherwise: the release does it differently");
    expect(stderr).toContain("recipient: vmail");
    expect(code).toBe(1);
  });

  test("leaves to a person what cannot be mended", async () => {
    const path = file("tls.conf", 'listen on eth0 tls\naction "in" mbox\nmatch for local action "in"\n');
    const { stderr, code } = await migrate(path, "--from", "6.8", "--target", "7.8");
    expect(stderr).toContain("tls.conf:1: not translated: ");
    expect(code).toBe(2);
  });

  test("needs a file that this release takes", async () => {
    const { stderr, code } = await migrate(conf('action "in" relay nothing'), "--from", "6.8");
    expect(stderr).toContain("smtpd 6.8 refuses upgrade.conf");
    expect(code).toBe(2);
  });
});
