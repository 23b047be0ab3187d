import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { Watcher } from "../helpers/watcher.ts";
import { run } from "./run.ts";

const conf = `table aliases { postmaster = joe, list = "joe, ann@far.example" }
filter "noname" phase connect match !rdns disconnect "550 no name"
filter "spam" proc-exec "filter-spam"
listen on 192.0.2.1 filter { noname, spam }
action "local" maildir alias <aliases>
action "out" relay
match from any for domain "here.example" action "local"
match from local for any action "out"
match from src 192.0.2.0/24 for domain "here.example" action "out"
`;
const head = "users { joe }\nhostname mx.here.example\nassume filter spam proceed\n";

let number = 0;
const { folder, file } = temporaryFolder("policy-tests");

/** Runs the tests of a folder of its own. */
async function runTests(tests: string, argv: readonly string[] = [], configuration = conf) {
  const name = `case-${++number}`;
  file(`${name}/smtpd.conf`, configuration);
  const path = file(`${name}/smtpd.test`, tests);
  const { stdout, stderr, code } = await run(["test", path, ...argv]);
  const short = (text: string) => text.replaceAll(`${folder}/${name}/`, "");
  return { stdout: short(stdout), stderr: short(stderr), code, path };
}

describe("an outcome", () => {
  test.each([
    ["to joe@here.example", "local"],
    ["to joe@here.example", "local joe"],
    ["to joe@here.example", "exactly local joe"],
    ["to joe@here.example", "accept"],
    ["to joe@here.example", "not relay"],
    ["to joe@here.example", "not reject"],
    ["to joe@here.example", "local joe rule 1 action local recipient joe@here.example sender someone@sender.example"],
    ["to list@here.example", "local joe and relay"],
    ["to list@here.example", "relay action out recipient ann@far.example rule 2"],
    ["to nobody@here.example", "reject"],
    ["to nobody@here.example", "reject 550"],
    ["to nobody@here.example", 'reject 550 "invalid RECIPIENT"'],
    ["to nobody@here.example", 'reject "Invalid" at rcpt-to'],
    ["to nobody@here.example", "reject rule 1"],
    ["rdns none to joe@here.example", "reject 550 at connect by noname"],
    ["from local to ann@far.example", "relay"],
    ["bounce to joe@here.example", "local joe sender <>"],
    ["mail-from <> to joe@here.example", "local sender <>"],
    ["from 192.0.2.7 to joe@here.example", "local"],
  ])("%s => %s holds", async (left, right) => {
    const { stdout, code } = await runTests(`${head}${left} => ${right}\n`);
    expect(stdout).toBe("1 passed\n");
    expect(code).toBe(0);
  });

  test.each([
    ["to joe@here.example", "local ann"],
    ["to joe@here.example", "reject"],
    ["to joe@here.example", "relay"],
    ["to joe@here.example", "not local"],
    ["to joe@here.example", "not accept"],
    ["to joe@here.example", "junk"],
    ["to joe@here.example", "bounced"],
    ["to joe@here.example", "queued"],
    ["to joe@here.example", "local rule 2"],
    ["to joe@here.example", "local action out"],
    ["to joe@here.example", "local recipient ann@far.example"],
    ["to joe@here.example", "local sender <>"],
    ["to joe@here.example", "local joe and relay"],
    ["to list@here.example", "exactly local joe"],
    ["to list@here.example", "relay smart.example"],
    ["to nobody@here.example", "reject 554"],
    ["to nobody@here.example", 'reject 550 "no name"'],
    ["to nobody@here.example", "reject at connect"],
    ["to nobody@here.example", "reject by noname"],
    ["to nobody@here.example", "tempfail"],
    ["to nobody@here.example", "maybe accept"],
  ])("%s => %s does not", async (left, right) => {
    const { stdout, code } = await runTests(`${head}${left} => ${right}\n`);
    expect(stdout).toMatch(/\n0 passed, 1 failed\n$/);
    expect(stdout).toContain(`  expected  ${right}\n`);
    expect(code).toBe(1);
  });
});

test.each([
  [
    "filter spam =>",
    "say what the program answers: 'assume filter spam proceed'",
    "hostname mx.here.example\nusers joe\n",
  ],
  ["users", "name the users with 'users { … }'", "hostname mx.here.example\nassume filter spam proceed\n"],
])("what is not known is asked for: %s", async (_, help, settings) => {
  const text = `${settings}to joe@here.example => `;
  const { stdout, code } = await runTests(`${text}local joe\n`);
  // Each once, though several answers want it, and one of them more.
  expect(stdout.split(help)).toHaveLength(2);
  expect(stdout).toContain("or expect it with 'maybe'");
  expect(code).toBe(1);
  expect(await runTests(`${text}maybe local joe\n`)).toMatchObject({ stdout: "1 passed\n", code: 0 });
});

test("a listener that is not there", async () => {
  const { stdout, code } = await runTests(`${head}port 587 to joe@here.example => local\n`);
  expect(stdout).toContain("got       there is no listener on port 587\n");
  expect(code).toBe(1);
});

test("several releases in one run", async () => {
  const { stdout } = await runTests(`target { 6.8, 7.8 }\n${head}to joe@here.example => relay\n`);
  expect(stdout).toContain("(6.8)\n");
  expect(stdout).toContain("(7.8)\n");
  expect(stdout).toMatch(/0 passed, 2 failed\n$/);
  const one = await runTests(`target { 6.8, 7.8 }\n${head}to joe@here.example => local\n`, ["--target", "7.5"]);
  expect(one.stdout).toBe("1 passed\n");
});

test("what cannot be run", async () => {
  expect(await runTests("to joe@here.example -> local\n")).toMatchObject({ code: 2 });
  const refused = await runTests("to joe => local\n", [], "listen\n");
  expect(refused.stdout).toContain("smtpd.conf:1: smtpd 7.9 refuses this: ");
  expect(refused.code).toBe(2);
  const missing = await runTests("config other.conf\nto joe => local\n");
  expect(missing.stdout).toContain("smtpd.test:1:8: error: other.conf: ");
  expect(missing.code).toBe(2);
  const filter = await runTests("assume filter spm proceed\nto joe => local\n");
  expect(filter.stdout).toContain(
    "smtpd.test:1:15: error: the configuration has no filter 'spm'; did you mean 'spam'?\n",
  );
  const root = await runTests("root nowhere\nto joe => local\n");
  expect(root.stdout).toContain("smtpd.test:1:6: error: root: no folder ");
  const alone = await run(["test", file("alone/smtpd.conf", conf)]);
  expect(alone.stderr).toMatch(/there are no tests of .*smtpd.conf: 'smtpdlint init --tests .*smtpd.conf' writes some/);
  expect(alone.code).toBe(2);
  expect(await run(["test", "-"])).toMatchObject({ code: 2 });
  expect(await run(["test", "--on-host"])).toMatchObject({ code: 2 });
  const { stderr, code } = await run(["test", file("empty/x", "").replace(/x$/, "")]);
  expect(stderr).toContain("their names end in smtpd.test");
  expect(code).toBe(2);
});

test("a configuration is named for the tests beside it", async () => {
  const { path } = await runTests(`${head}to joe@here.example => local\n`);
  expect(await run(["test", path.replace(/test$/, "conf")])).toMatchObject({ stdout: "1 passed\n", code: 0 });
});

const two = `${head}"first" \nto joe@here.example => local joe\n"second"\nto joe@here.example => relay\n`;

test("--run chooses by line and group", async () => {
  expect(await runTests(two, ["--run", "first"])).toMatchObject({ stdout: "1 passed\n", code: 0 });
  expect(await runTests(two, ["--run", "joe@here"])).toMatchObject({ code: 1 });
  const none = await runTests(two, ["--run", "third"]);
  expect(none.stderr).toContain("--run third: no test has this");
  expect(none.code).toBe(2);
});

describe("formats", () => {
  test("tap", async () => {
    const { stdout } = await runTests(two, ["--format", "tap"]);
    expect(stdout).toMatch(/^TAP version 14\n1\.\.2\nok 1 - smtpd.test:5 to joe@here.example\nnot ok 2 - /);
    expect(stdout).toContain('  message: "expected relay; got local joe action local rule 1"\n');
  });

  test("junit", async () => {
    const { stdout } = await runTests(two, ["--format", "junit"]);
    expect(stdout).toContain('<testsuites name="smtpdlint test" tests="2" failures="1">');
    expect(stdout).toContain('<testcase name="to joe@here.example" classname="second" file="smtpd.test" line="7">');
  });

  test("github", async () => {
    const { stdout } = await runTests(two, ["--format", "github"]);
    expect(stdout).toBe(
      "::error file=smtpd.test,line=7,col=1,title=to joe@here.example::expected relay; got local joe action local rule 1\n",
    );
  });

  test("json, as its schema says", async () => {
    const schema = readFileSync(
      fileURLToPath(new URL("../../packages/cli/schema/test.schema.json", import.meta.url)),
      "utf8",
    );
    const validate = new Ajv().compile(JSON.parse(schema));
    for (const text of [two, "to joe@here.example -> local\n", `${head}port 1 to joe => local\n`, `${head}to joe =>`]) {
      const { stdout } = await runTests(text, ["--format", "json", "--coverage"]);
      expect(validate(JSON.parse(stdout)), JSON.stringify(validate.errors)).toBe(true);
    }
    const { tests } = JSON.parse((await runTests(two, ["--format", "json"])).stdout);
    expect(tests[1]).toMatchObject({ line: 7, group: "second", status: "failed", expected: "relay" });
  });

  test("nothing in a file drives a terminal or a CI system", async () => {
    const nasty = `${head}"a\u001b[2Jb"\nto "x\u001b]0;t\u0007@here.example" => local "\u009b31m"\n"::error::x"\nto y@here.example => local\n`;
    for (const format of ["pretty", "tap", "junit", "json", "github"]) {
      const { stdout } = await runTests(nasty, ["--format", format]);
      expect(stdout, format).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      expect(stdout, format).not.toMatch(/^\s*::(?!error file=)/m);
    }
  });

  test("others are not for tests", async () => {
    expect(await runTests(two, ["--format", "sarif"])).toMatchObject({ code: 2 });
  });
});

describe("--update", () => {
  const open = `${head}to joe@here.example =>   # our user\nto list@here.example =>\nto { joe, nobody }@here.example =>\n`;

  test("writes what happens now, and nothing else", async () => {
    const { stdout, stderr, code, path } = await runTests(open, ["--update"]);
    expect(readFileSync(path, "utf8")).toBe(
      open
        .replace("=>   # our user", "=> local joe action local   # our user")
        .replace("list@here.example =>", "list@here.example => local joe action local and relay action out"),
    );
    expect(stdout).toBe("smtpd.test: updated\n");
    expect(stderr).toContain("1 line left: what becomes of the message differs");
    expect(code).toBe(2);
  });

  test("a reply is kept as it is", async () => {
    const path = file("reply/smtpd.test", "from 192.0.2.9 to x@y.example =>\n");
    const filter = 'filter f phase connect match src 192.0.2.9 disconnect "550 no (see rule 5)"\n';
    file("reply/smtpd.conf", `${filter}listen on 192.0.2.1 filter f\nmatch reject\n`);
    expect((await run(["test", path, "--update"])).code).toBe(0);
    expect(readFileSync(path, "utf8")).toBe(
      'from 192.0.2.9 to x@y.example => reject 550 "no (see rule 5)" at connect by f\n',
    );
    expect(await run(["test", path])).toMatchObject({ stdout: "1 passed\n", code: 0 });
  });

  test("what it writes holds, and a second time changes nothing", async () => {
    const path = file("update/smtpd.test", `${head}to list@here.example =>\nrdns none to x@y.example =>\n`);
    file("update/smtpd.conf", conf);
    chmodSync(path, 0o640);
    expect((await run(["test", path])).stdout).toMatch(/0 passed, 2 failed\n$/);
    expect((await run(["test", path, "--update"])).code).toBe(0);
    expect(await run(["test", path])).toMatchObject({ stdout: "2 passed\n", code: 0 });
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(await run(["test", path, "--update"])).toMatchObject({ stdout: "", code: 0 });
  });
});

describe("coverage", () => {
  const text = `${head}to joe@here.example => local joe\n`;

  test("lists what no passing test reaches, and leaves out what no message reaches", async () => {
    const { stdout } = await runTests(text, ["--coverage"]);
    expect(stdout).toBe(
      [
        'smtpd.conf:2: no test reaches this filter: filter "noname" phase connect match !rdns disconnect "550 no name"',
        'smtpd.conf:6: no test reaches this action: action "out" relay',
        'smtpd.conf:8: no test reaches this match rule: match from local for any action "out"',
        "4 of 7 statements reached, 57 %",
        "1 passed",
        "",
      ].join("\n"),
    );
  });

  test("--min-coverage fails the run", async () => {
    expect((await runTests(text, ["--min-coverage", "57"])).code).toBe(0);
    const { code, stderr } = await runTests(text, ["--min-coverage", "58"]);
    expect(stderr).toContain("57 % of the statements are reached, less than 58 %");
    expect(code).toBe(1);
  });

  test("--lcov writes what editors read", async () => {
    const path = `${folder}/lcov.info`;
    await runTests(text, ["--lcov", path]);
    const lines = readFileSync(path, "utf8").split("\n");
    expect(lines[0]).toMatch(/^SF:.*smtpd\.conf$/);
    expect(lines.slice(1)).toEqual([
      "DA:2,0",
      "DA:3,1",
      "DA:4,1",
      "DA:5,1",
      "DA:6,0",
      "DA:7,1",
      "DA:8,0",
      "LF:7",
      "LH:4",
      "end_of_record",
      "",
    ]);
  });
});

test("--watch runs them again when the tests, the configuration or what they read changes", async () => {
  const tests = file("watch/smtpd.test", "root fs\nto joe@here.example => local joe\n");
  const main = file("watch/smtpd.conf", "listen on 192.0.2.1\naction a maildir alias <t>\ntable t file:/etc/aliases\n");
  const watcher = new Watcher(["test", "--watch", tests]);
  const rule = 'match from any for domain "here.example" action a\n';
  try {
    file("watch/fs/etc/passwd", "");
    file("watch/fs/etc/aliases", "");
    file("watch/fs/home/joe/mail", "");
    const first = await watcher.lookAfter(() => {});
    expect(first).toContain("1 file not run");
    const text = `listen on 192.0.2.1\ntable t file:/etc/aliases\naction a maildir alias <t>\n${rule}`;
    expect(await watcher.lookAfter(() => writeFileSync(main, text))).toContain("got       reject 550");
    const passwd = "joe:*:1000:1000::/home/joe:/bin/sh\n";
    expect(await watcher.lookAfter(() => file("watch/fs/etc/passwd", passwd))).toBe("1 passed\n");
    const elsewhere = () => file("watch/fs/home/joe/.forward", "ann@far.example\n");
    expect(await watcher.lookAfter(elsewhere)).toContain("got       reject 5");
    expect(await watcher.lookAfter(() => file("watch/fs/home/joe/.forward", ""))).toBe("1 passed\n");
    expect(await watcher.lookAfter(() => file("watch/fs/etc/aliases", "joe: ann\n"))).toContain("0 passed, 1 failed");
    const other = "root fs\nto joe@here.example => reject\n";
    expect(await watcher.lookAfter(() => writeFileSync(tests, other))).toBe("1 passed\n");
  } finally {
    expect(await watcher.end()).toBe("SIGINT");
  }
});

test("options of other commands are refused", async () => {
  for (const argv of [
    ["test", "--to", "x"],
    ["trace", "--run", "x"],
    ["--coverage", "x"],
  ]) {
    const { code, stderr } = await run(argv);
    expect(stderr).toMatch(/--\w+ is an option of smtpdlint (test|trace), not of smtpdlint /);
    expect(code).toBe(2);
  }
});

describe("init --tests", () => {
  test("writes tests that hold, one for each rule", async () => {
    const path = file("init/smtpd.conf", conf);
    expect(await run(["init", "--tests", path])).toMatchObject({ code: 0, stderr: "" });
    const text = readFileSync(`${folder}/init/smtpd.test`, "utf8");
    expect(text).toContain('# match from any for domain "here.example" action "local"\nfrom outside to ');
    expect(text).toContain("\nfrom local to postmaster@elsewhere.example => relay action out\n");
    expect(text).toContain("# no message reaches this rule");
    expect(text).toContain("\nfrom outside to any-other-domain => never relay\n");
    const { stdout, code } = await run(["test", `${folder}/init`]);
    expect(stdout).toMatch(/^\d+ passed\n$/);
    expect(code).toBe(0);
  });

  test("finds a message for rules about a network and this machine", async () => {
    const text = "listen on all\nlisten on lo0 auth-optional <p> tls pki x\n";
    const lines = [
      'pki x cert "/x"\npki x key "/x"\ntable p { a = b }\naction o relay',
      "match from auth for any action o",
      "match for any action o",
      "match from src { 192.0.2.64/26, 10.1.0.0/16 } for any action o\n",
    ];
    const path = file("init3/smtpd.conf", `${lines[0]}\n${text}${lines.slice(1).join("\n")}`);
    expect(await run(["init", "--tests", path])).toMatchObject({ code: 0 });
    const tests = readFileSync(`${folder}/init3/smtpd.test`, "utf8");
    expect(tests).toContain("\nfrom 127.0.0.1 to postmaster@elsewhere.example => ");
    expect(tests).toContain("\nfrom 192.0.2.64 to postmaster@elsewhere.example => ");
    expect(tests).not.toContain("no message");
  });

  test("never over a file that is there, nor for one that smtpd refuses", async () => {
    const { stderr, code } = await run(["init", "--tests", `${folder}/init/smtpd.conf`]);
    expect(stderr).toContain("exists; not overwritten");
    expect(code).toBe(2);
    expect(await run(["init", "--tests", file("init2/smtpd.conf", "listen\n")])).toMatchObject({ code: 2 });
    expect(await run(["init", "--tests", file("init2/other", "")])).toMatchObject({ code: 2 });
  });
});
