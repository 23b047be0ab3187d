import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { expect, describe as group, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { type RunOptions, run } from "./run.ts";

const { folder, file } = temporaryFolder("trace");

const conf = file(
  "etc/mail/smtpd.conf",
  `pki mail cert "/etc/ssl/mail.crt"
pki mail key "/etc/ssl/mail.key"
table aliases { postmaster = joe, team = "joe, ann@other.example", prog = "|cat", box = "/var/box", far = "@" }
filter "noname" phase connect match !rdns disconnect "550 no name"
filter "spam" proc-exec "filter-rspamd"
listen on lo
listen on 192.0.2.1 tls pki mail filter { noname, spam }
listen on 192.0.2.1 port 587 tls-require pki mail auth
action "local" maildir alias <aliases>
action "out" relay host smtp+tls://relay@smart.example auth { "relay" = "joe:secret" } mail-from "@masked.example"
match from any for domain "here.example" action "local"
match from auth for any action "out"
match from local for any action "out"
match from any for domain "closed.example" reject
`,
);
file("etc/passwd", "joe:x:1000:1000::/home/joe:/bin/sh\nann:x:1001:1001::/home/ann:/bin/sh\n");
file("etc/mailname", "mx.here.example\n");
file("home/joe/keep", "");
file("home/ann/.forward", "joe\n");

const trace = (words: string, options?: RunOptions) => run(["trace", conf, ...words.split(" ")], options);
/** Unwrapped. */
const short = async (words: string) => (await trace(words)).stdout.split("\n\n", 1)[0]?.replace(/\n {4,}/g, " ");

/** What is asked, and the short answer. */
const answers: readonly (readonly [question: string, answer: string])[] = [
  [
    "--to joe@here.example --user joe --assume spam=pass",
    "joe@here.example: delivered to the maildir ~/Maildir of joe",
  ],
  ["--to joe@here.example --rdns none", 'joe@here.example: refused with "550 no name" at the connection'],
  ["--to joe@here.example --fcrdns fail --assume spam=pass --user joe", "delivered to the maildir"],
  ["--to joe@here.example --assume spam=reject:554-no", 'refused for now with "421 Internal server error" at DATA'],
  ["--to joe@here.example --assume spam=junk --user joe", "delivered to the maildir"],
  ["--to ann@other.example", 'refused with "550 Invalid recipient: <ann@other.example>"'],
  ["--to ann@closed.example", 'refused with "550 Invalid recipient: <ann@closed.example>"'],
  ["--to ann@other.example --auth joe", "relayed to smtp+tls://relay@smart.example, from <joe@masked.example>"],
  ["--to ann@other.example --socket", "relayed to smtp+tls://relay@smart.example"],
  ["--to ann@other.example --client local", "relayed to smtp+tls://relay@smart.example"],
  ["--to ann@other.example --bounce", 'relayed to smtp+tls://relay@smart.example (action "out")'],
  [
    "--to ann@other.example --port 587",
    'refused with "530 5.5.1 Invalid command: Must issue an AUTH command first" at MAIL',
  ],
  ["--to ann@other.example --listener 3 --no-tls", "Must issue a STARTTLS command first"],
  ["--to ann@other.example --listener 1", "relayed to smtp+tls://relay@smart.example"],
  ["--to <joe@here.example> --tls --user joe", "joe@here.example: delivered"],
  ["--to prog@here.example", "handed over to the program 'cat', run as _smtpd"],
  ["--to box@here.example", "appended to the file /var/box"],
  ["--to a..b@here.example", 'refused with "501 5.1.3 Recipient address syntax error"'],
  ["--to joe@here.example --from a@@b", 'refused with "553 5.1.0 Sender address syntax error" at MAIL'],
  [
    "--to joe@here.example --helo=-x-",
    'refused with "501 5.5.4 Invalid command arguments: Invalid domain name" at EHLO',
  ],
  [`--root ${folder} --to joe@here.example`, `delivered to the maildir /home/joe/Maildir of joe`],
  [`--root ${folder} --to ann@here.example`, `delivered to the maildir /home/joe/Maildir of joe`],
  [`--root ${folder} --to nobody@here.example`, 'refused with "550 Invalid recipient: <nobody@here.example>"'],
  [
    `--root ${folder} --to team@here.example`,
    'of joe (action "local") and relayed to smtp+tls://relay@smart.example, from <someone@masked.example>',
  ],
];

group("the short answer", () => {
  test.each(answers)("%s", async (question, answer) => {
    expect(await short(question)).toContain(answer);
  });

  test("lists what else may happen, and when", async () => {
    const text = await short("--to joe@here.example");
    expect(text).toContain("or not known: what is in the .forward file of joe, if joe has a .forward file");
    expect(text).toContain("or not known: what the filter spam does, if the filter spam does something");
    expect(text).toContain(
      'or refused with "550 Invalid recipient: <joe@here.example>", if joe is not a user of the machine',
    );
  });

  test("nothing is left open on a machine of which all is known", async () => {
    expect(await short(`--root ${folder} --to joe@here.example --assume spam=pass`)).not.toContain("  or ");
  });
});

/** What is not known in a configuration, the part of it that makes it so, and options. */
const unknowns: readonly (readonly [what: string, conf: string, ...more: string[]])[] = [
  ["what is in the .forward file of joe", "action a mbox"],
  ["the contents of <t> (file:/nowhere/aliases)", "table t file:/nowhere/aliases\naction a mbox alias <t>"],
  ["the contents of <t> (ldap:/nowhere/ldap.conf)", "table t ldap:/nowhere/ldap.conf\naction a mbox virtual <t>"],
  ["what is in the file /nowhere/list", 'action a mbox alias { joe = ":include:/nowhere/list" }'],
  [
    "what the filter spam does",
    'filter spam proc-exec "x"\nlisten on 192.0.2.2 filter spam\naction a mbox',
    "--listener",
    "2",
  ],
  [
    "the match rules in the part of the configuration that was not read",
    'action a mbox\ninclude "/nowhere/rules.conf"',
  ],
];

group("what is not known is named", () => {
  test.each(unknowns)("%s", async (what, text, ...more) => {
    const path = file("unknown.conf", `listen on 192.0.2.1\n${text}\nmatch from any for any action a\n`);
    const { stdout } = await run(["trace", path, "--to", "joe@here.example", ...more]);
    expect(stdout.split("\n\n", 1)[0]?.replace(/\n {4,}/g, " ")).toContain(`or not known: ${what}, if `);
  });

  test("the contents of a table that a rule asks", async () => {
    const text =
      "listen on 192.0.2.1\ntable t file:/nowhere/t\naction a mbox\nmatch from any ! for domain <t> action a\n";
    const { stdout } = await run(["trace", file("unknown.conf", text), "--to", "joe@here.example"]);
    expect(stdout).toMatch(/\? +! for domain <t>: .*\(the contents of <t> are not\s+known\)/);
  });

  test("an action that nobody has read, also in a dialogue", async () => {
    const text = 'listen on 192.0.2.1\ninclude "/nowhere/actions.conf"\nmatch from any for any action a\n';
    const path = file("unknown.conf", text);
    const { stdout } = await run(["trace", path, "--to", "joe@here.example"]);
    expect(stdout).toContain("joe@here.example: not known: what the action 'a' does\n");
    const stdin = "EHLO x\nMAIL FROM:<>\nRCPT TO:<joe@here.example>\nDATA\n";
    const dialogue = await run(["trace", path, "--smtp"], { stdin });
    expect(dialogue.stdout).toMatch(/\n\(not known: what the action 'a' does\)\n$/);
  });
});

group("the way there", () => {
  test("names the filter that acts, and its line", async () => {
    const { stdout } = await trace("--to joe@here.example --rdns none");
    expect(stdout).toContain(`filter noname at connect: disconnect\n      ${conf}:4\n      | filter "noname" phase`);
  });

  test("says of each rule why it does not take the recipient", async () => {
    const { stdout } = await trace("--to ann@closed.example");
    expect(stdout).toContain(
      'rule 1, line 11: no, for domain "here.example": the recipient\'s domain is closed.example',
    );
    expect(stdout).toContain("rule 2, line 12: no, from auth: nobody is logged in");
    expect(stdout).toContain("rule 4, line 14: yes");
  });

  test("follows the notice to the sender", async () => {
    const { stdout } = await run([
      "trace",
      file("bounce.conf", bouncing),
      "--to",
      "root@here.example",
      "--root",
      folder,
    ]);
    expect(stdout).toContain("accepted, but not delivered: Error (permission denied: MDA not allowed");
    expect(stdout).toContain("smtpd tells <someone@sender.example> that it could not be delivered");
    expect(stdout).toContain("rule 2, line 5: no, from src 192.0.2.9: the message comes by the socket");
  });

  test("prints nothing that a terminal could obey", async () => {
    const { stdout } = await trace("--to \u001b[31mx@here.example --helo ::set-output");
    expect(stdout).not.toContain("\u001b");
    expect(stdout).not.toMatch(/^\s*::/m);
  });
});

const bouncing = `listen on 192.0.2.1
action "local" maildir
action "out" relay
match from any for domain "here.example" action "local"
match from src 192.0.2.9 for domain "sender.example" action "out"
`;
file(
  "etc/passwd",
  "joe:x:1000:1000::/home/joe:/bin/sh\nann:x:1001:1001::/home/ann:/bin/sh\nroot:x:0:0::/root:/bin/sh\n",
);

group("--expect", () => {
  test("passes if the words stand in all that may happen", async () => {
    expect((await trace("--to ann@other.example --assume spam=pass --expect Refused")).code).toBe(0);
  });

  test("fails if something else may happen, and says what", async () => {
    const { code, stderr } = await trace("--to joe@here.example --expect delivered");
    expect(code).toBe(1);
    expect(stderr).toContain(
      'expected "delivered", but: not known: what is in the .forward file of joe, or refused with',
    );
  });
});

group("--why", () => {
  test("explains one rule", async () => {
    const { stdout } = await trace("--to ann@other.example --why 2");
    expect(stdout).toBe(`    rule 2, line 12: no
      | match from auth for any action "out"
      yes for any: the recipient's domain is other.example
      no  from auth: nobody is logged in
`);
  });

  test("knows how many there are", async () => {
    const { code, stderr } = await trace("--to ann@other.example --why 5");
    expect([code, stderr]).toEqual([
      2,
      "smtpdlint: --why 5: the rules are numbered from 1 to 4\nsee smtpdlint trace --help\n",
    ]);
  });
});

group("--smtp", () => {
  test("answers the lines of a client", async () => {
    const stdin = [
      "EHLO x.example",
      "MAIL FROM:<a@b.example>",
      "RCPT TO:<ann@other.example>",
      "DATA",
      "NOOP",
      "QUIT",
      "NOOP",
    ].join("\r\n");
    const { stdout } = await trace(`--smtp --root ${folder}`, { stdin });
    expect(stdout).toBe(`220 mx.here.example ESMTP OpenSMTPD
250-mx.here.example Hello x.example [203.0.113.25], pleased to meet you
250-8BITMIME
250-ENHANCEDSTATUSCODES
250-SIZE 36700160
250-DSN
250-STARTTLS
250 HELP
250 2.0.0 Ok
550 Invalid recipient: <ann@other.example>
503 5.5.4 Invalid command arguments: No recipient specified
250 2.0.0 Ok
221 2.0.0 Bye
`);
  });

  test("takes a message", async () => {
    const stdin = "EHLO x\nMAIL FROM:<>\nRCPT TO:<joe@here.example>\nDATA\nSubject: x\n\n..\n.\nQUIT\n";
    const { stdout } = await trace(`--smtp --root ${folder} --assume spam=pass`, { stdin });
    expect(stdout).toMatch(/354 .*\n250 2\.0\.0 <msgid> Message accepted for delivery\n221 /);
  });
});

group("--message", () => {
  test("reads the message", async () => {
    const loop = file("loop.eml", `${"Received: x\n".repeat(100)}\nx\n`);
    expect(await short(`--to joe@here.example --root ${folder} --assume spam=pass --message ${loop}`)).toContain(
      'refused with "500 5.4.6 Routing loop detected: Loop detected" after the message',
    );
  });
});

group("--batch", () => {
  const answer = async (line: unknown) => {
    const text = typeof line === "string" ? line : JSON.stringify(line);
    const { stdout, code } = await run(["trace", "--batch", "-"], { stdin: text });
    expect(code).toBe(0);
    return JSON.parse(stdout);
  };
  const env = { hostname: "mx.example", localAddresses: ["127.0.0.1"], localNames: ["localhost", "mx.example"] };
  const question = { src: "192.0.2.9", rdns: "", helo: "x", user: null, mailFrom: "", rcptTo: "joe", tag: "" };

  test("fills in the answers, and keeps what it does not know", async () => {
    const line = {
      id: "a",
      more: 1,
      conf: "action a mbox\nmatch from any for local action a\n",
      env,
      users: "joe:1:1:/home/joe\n",
    };
    expect(await answer({ ...line, messages: [question] })).toEqual({
      ...line,
      messages: [
        {
          ...question,
          answer: { reply: "250", envelopes: [{ kind: "local", action: "a", dest: "joe@mx.example", user: "joe" }] },
        },
      ],
    });
  });

  const wrong: readonly (readonly [line: unknown, error: string])[] = [
    ["{", "no JSON: "],
    ["[]", "'conf' is missing"],
    [{ conf: "action a mbox\nmatch action a\n" }, "neither 'messages' nor 'sessions' is there"],
    [{ conf: "action a mbox\nmatch action a\n", target: "1.0", messages: [] }, 'unknown release "1.0"'],
    [{ conf: "action a mbox\nmatch action a\n", messages: [question] }, "malformed: "],
    [{ conf: "action a mbox\nmatch action a\n", env, sessions: [{}] }, "malformed: "],
  ];
  test.each(wrong)("%j has an error", async (line, error) => {
    expect((await answer(line)).error).toContain(error);
  });

  test("says that smtpd refuses a configuration", async () => {
    expect((await answer({ conf: "action", env, messages: [] })).refused).toBeTruthy();
  });
});

test("the JSON is what its schema says", async () => {
  const path = fileURLToPath(new URL("../../packages/cli/schema/trace.schema.json", import.meta.url));
  const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(JSON.parse(readFileSync(path, "utf8")));
  for (const [question] of answers) {
    const { stdout } = await trace(`${question} --format json`);
    const valid = validate(JSON.parse(stdout));
    expect(validate.errors ?? [], question).toEqual([]);
    expect(valid).toBe(true);
  }
});

const usage: readonly (readonly [words: string, says: string])[] = [
  ["", "trace needs --to ADDRESS, --smtp or --batch FILE"],
  ["--to x --client nowhere", "--client needs an address, or local for the socket, not nowhere"],
  ["--to x --listener 4", "--listener 4: there are 3 listeners"],
  ["--to x --port 26", "no listener on port 26"],
  ["--to x --auth joe --port 25", "no listener on port 25 where users can log in"],
  ["--to x --assume spam", "--assume needs FILTER=pass, junk, reject or disconnect, not spam"],
  ["--to x --fcrdns maybe", "--fcrdns must be one of pass, fail, error, not maybe"],
  ["--to x --message nowhere.eml", "nowhere.eml: "],
];
test.each(usage)("wrong usage: %s", async (words, says) => {
  const { code, stderr } = await run(["trace", conf, ...words.split(" ").filter(Boolean)]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
});

test("its options belong to it", async () => {
  expect((await run([conf, "--to", "x"])).stderr).toContain("--to is an option of smtpdlint trace");
});

test("a configuration that smtpd refuses has no trace", async () => {
  const { code, stderr } = await run(["trace", file("bad.conf", "acton\n"), "--to", "x@y.example"]);
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/^smtpdlint: .*bad\.conf:1: smtpd 7\.9 refuses this: unknown word/),
  ]);
});
