import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Hover, HoverRequest, type MarkupContent } from "vscode-languageserver-protocol/node";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { Client } from "./client.ts";

/** Some editors, such as Emacs in its echo area, show the first line of a hover alone: it says what matters most. */
const server = [fileURLToPath(new URL("../../packages/server/dist/server.js", import.meta.url)), "--stdio"];
const { folder, file } = temporaryFolder("first-lines");

const files: Readonly<Record<string, string>> = {
  "smtpd.conf": `# smtpdlint-disable unused-table -- why not
outer = "192.0.2.25"
table aliases file:/etc/mail/aliases
table secrets file:/etc/mail/secrets
table unread { a }
pki mail cert "/etc/ssl/mx.crt"
pki mail key "/etc/ssl/private/mx.key"
filter noname phase connect match !rdns disconnect "550 no name"
filter spam chain { noname }
filter idle phase helo match helo { "bad.example" } junk
listen on $outer tls pki mail filter spam
listen on 192.0.2.25 port submission tls-require pki mail auth <secrets> tag SUB
action "local" maildir alias <aliases>
action "out" relay host smtps://smart.example.com
action "nobody" mbox
match from any for domain "example.org" action "local"
match from any auth for any action "out"
match from any for domain "example.org" reject
match from any for rcpt-to "boss@example.org" action "nobody"
queue ttl 36h
`,
  aliases: "root: alice\nstaff: :include:/etc/mail/staff, carl@example.org\nprinter: |/bin/lpr\nbad: a(b\n",
  secrets: "joe x\n",
  staff: "alice\n",
  "smtpd.test": `hostname example.org
users { alice, bob }
to bob@example.org => local alice
to alice@example.org => local alice
from outside to x@elsewhere.example =>
`,
  ".smtpdlintrc.json": '{ "rules": { "open-relay": "off" } }',
};

/** A kind of hover, where it is asked for (`|` in a text of the file), and its first line. */
const hovers: readonly (readonly [kind: string, name: string, place: string, line: string])[] = [
  [
    "match rule",
    "smtpd.conf",
    "ma|tch from any for domain",
    "rule 1 matches mail: from anywhere or sendmail to *@example.org",
  ],
  [
    "match rule that nobody reaches",
    "smtpd.conf",
    'm|atch from any for domain "example.org" reject',
    'rule 3 matches no mail: matched before by match from any for domain "example.org" action "local" (line 16)',
  ],
  [
    "action",
    "smtpd.conf",
    'action "o|ut" relay',
    "action 'out' gets mail: by rule 2, then to smtps://smart.example.com",
  ],
  [
    "action without mail",
    "smtpd.conf",
    'action "nob|ody" mbox',
    "action 'nobody' gets no mail: no mail comes to the rules that name it",
  ],
  ["listener", "smtpd.conf", "li|sten on $outer", "mail comes in by 192.0.2.25 port 25: filter 'noname', then rule 1"],
  ["listener of users", "smtpd.conf", "li|sten on 192", "mail comes in by 192.0.2.25 port 587: rule 1 or rule 2"],
  [
    "filter",
    "smtpd.conf",
    "filter no|name",
    "filter 'noname' is asked: by 192.0.2.25 port 25, about mail from anyone (line 11)",
  ],
  ["filter of nobody", "smtpd.conf", "filter id|le", "filter 'idle' is not asked: no listener names it"],
  ["table", "smtpd.conf", "table ali|ases", "table <aliases> is read: as 'alias' of action 'local' (line 13)"],
  ["table that nothing reads", "smtpd.conf", "table un|read", "table unread, a list with 1 entry, 0 uses"],
  [
    "address",
    "smtpd.conf",
    "bo|ss@example.org",
    'mail from outside to boss@example.org: reject 550 "Invalid recipient" at rcpt-to rule 1',
  ],
  ["macro", "smtpd.conf", "$ou|ter", "stands for 192.0.2.25"],
  [
    "option keyword",
    "smtpd.conf",
    "tls-re|quire",
    "tls-require [verify]: clients must use STARTTLS before they may send",
  ],
  ["keyword of a statement", "smtpd.conf", "que|ue ttl", "queue compression|encryption|ttl …: settings of the queue"],
  ["pki", "smtpd.conf", "pki ma|il auth", "pki mail, 2 uses"],
  ["relay", "smtpd.conf", "smtps://sm|art", "smtps to smart.example.com, port 465: TLS from the first byte"],
  ["delay", "smtpd.conf", "36|h", "1 day and 12 hours"],
  ["rule in a comment", "smtpd.conf", "unused-ta|ble", "unused-table (unused): a table that nothing uses"],
  ["alias", "aliases", "ro|ot:", "mail from local to root: local alice action local rule 1"],
  ["member of an alias", "aliases", "root: al|ice", "mail from local to alice: local alice action local rule 1"],
  [
    "address of an alias",
    "aliases",
    "carl@ex|ample.org",
    'mail from outside to carl@example.org: reject 550 "Invalid recipient" at rcpt-to rule 1',
  ],
  ["included file", "aliases", ":include:/etc|/mail", "/etc/mail/staff: a file with a member on each line"],
  ["command", "aliases", "|/bin/l|pr", "/bin/lpr: a command that gets the mail on its standard input"],
  ["member that makes no sense", "aliases", "a|(b", "smtpd does not understand this member"],
  [
    "entry of another table",
    "secrets",
    "jo|e",
    "joe: a key, read for credentials of 'listen on 192.0.2.25 port submission', line 12",
  ],
  ["line of an included file", "staff", "al|ice", "mail from local to alice: local alice action local rule 1"],
  ["test that passes", "smtpd.test", "to al|ice@", "passed: local alice action local rule 1"],
  ["test that fails", "smtpd.test", "to bo|b@", "failed: expected local alice, got local bob action local rule 1"],
  [
    "test that expects nothing",
    "smtpd.test",
    "fr|om outside",
    'nothing is expected yet; what becomes of it now: reject 550 "Invalid recipient" at rcpt-to',
  ],
  ["setting of tests", "smtpd.test", "us|ers", "users { alice, bob }: all accounts, besides root"],
  [
    "our settings",
    ".smtpdlintrc.json",
    "open-re|lay",
    "open-relay (security): a rule that relays mail of anybody to anywhere",
  ],
];

const uriOf = (name: string) => pathToFileURL(join(folder, "fs/etc/mail", name)).href;
const languages: Readonly<Record<string, string>> = { "smtpd.conf": "smtpd-conf", "smtpd.test": "smtpd-test" };
let client: Client;

beforeAll(async () => {
  file("fs/etc/passwd", "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n");
  client = await Client.start(server, {
    folder: pathToFileURL(folder).href,
    settings: { root: "fs" },
    capabilities: { textDocument: { hover: { contentFormat: ["plaintext"] } } },
  });
  for (const [name, text] of Object.entries(files)) file(`fs/etc/mail/${name}`, text);
  for (const [name, text] of Object.entries(files)) {
    await client.open(uriOf(name), text, languages[name] ?? (name.endsWith(".json") ? "json" : "smtpd-table"));
  }
});
afterAll(async () => {
  expect(client.errors).toEqual([]);
  await client.stop();
});

test.each(hovers)("%s", async (_kind, name, place, line) => {
  const at = place.lastIndexOf("|");
  const text = files[name] ?? "";
  const start = text.indexOf(place.slice(0, at) + place.slice(at + 1));
  expect(start).not.toBe(-1);
  const before = text.slice(0, start + at).split("\n");
  const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  const params = { textDocument: { uri: uriOf(name) }, position };
  const found: Hover | null = await client.connection.sendRequest(HoverRequest.type, params);
  const contents = found?.contents as MarkupContent | undefined;
  expect([contents?.kind, contents?.value.split("\n")[0]]).toEqual(["plaintext", line]);
});
