import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  CallHierarchyIncomingCallsRequest,
  CallHierarchyOutgoingCallsRequest,
  CallHierarchyPrepareRequest,
  type CodeAction,
  CodeActionRequest,
  DidOpenTextDocumentNotification,
  ExecuteCommandRequest,
  type Hover,
  HoverRequest,
  type MarkupContent,
  type Position,
  ShowMessageNotification,
} from "vscode-languageserver-protocol/node";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { Client } from "./client.ts";

/** What the built server says of mail, spoken to as an editor does. */
const server = [fileURLToPath(new URL("../../packages/server/dist/server.js", import.meta.url)), "--stdio"];
const { folder, file } = temporaryFolder("mail");

const main = `table aliases file:/etc/mail/aliases
table domains { example.org, example.net }
pki mail cert "/etc/ssl/mx.crt"
pki mail key "/etc/ssl/private/mx.key"
filter noname phase connect match !rdns disconnect "550 no name"
filter spam chain { noname }
filter unused phase helo match helo { "bad.example" } junk
listen on 192.0.2.25 tls pki mail filter spam
listen on 192.0.2.25 port submission tls-require pki mail auth
action "local" maildir alias <aliases>
action "out" relay host smtps://smart.example.com
action "nobody" mbox
include "rules.conf"
match from any for domain "example.net" reject
`;
const rules = `match from any for domain <domains> action "local"
match auth from any for any action "out"
match from any auth for any action "nobody"
`;
const tests = `users { alice, bob }
hostname mx.example.org
to alice@example.org => local alice
`;

const uriOf = (name: string) => pathToFileURL(join(folder, "fs/etc/mail", name)).href;
const uri = uriOf("smtpd.conf");
let client: Client;
const messages: string[] = [];

beforeAll(async () => {
  file("fs/etc/mail/smtpd.conf", main);
  file("fs/etc/mail/rules.conf", rules);
  file("fs/etc/mail/aliases", "root: alice\npostmaster: root\nsales: bob@elsewhere.example\n");
  file("fs/etc/mail/smtpd.test", tests);
  client = await Client.start(server, { folder: pathToFileURL(folder).href, settings: { root: "fs", target: "7.8" } });
  client.connection.onNotification(ShowMessageNotification.type, ({ message }) => {
    messages.push(message);
  });
  await client.open(uri, main);
  await client.open(uriOf("rules.conf"), rules);
});
afterAll(async () => {
  expect(client.errors).toEqual([]);
  await client.stop();
});

/** Behind the first character of a text in a file. */
function placeOf(text: string, wanted: string): Position {
  const before = text.slice(0, text.indexOf(wanted) + 1).split("\n");
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}

const at = (wanted: string, name: "smtpd.conf" | "rules.conf" = "smtpd.conf") => ({
  textDocument: { uri: uriOf(name) },
  position: placeOf(name === "smtpd.conf" ? main : rules, wanted),
});

/** What a hover says of mail: the part before the help of the word; links without what they lead to. */
async function hover(wanted: string, name?: "smtpd.conf" | "rules.conf"): Promise<string> {
  const found: Hover | null = await client.connection.sendRequest(HoverRequest.type, at(wanted, name));
  const text = (found?.contents as MarkupContent | undefined)?.value ?? "";
  return (text.split("\n\n---\n\n", 1)[0] ?? "").replace(/\]\(<[^>]*>\)/g, "]");
}

/** Each is a text at whose start the cursor is, and what is said. */
const hovers: readonly (readonly [title: string, wanted: string, name: "smtpd.conf" | "rules.conf", text: string])[] = [
  [
    "a match rule: who sends mail to it, and an example",
    "match from any for domain <domains>",
    "rules.conf",
    `**rule 1 matches mail**: \`from anywhere or sendmail to *@example.org or *@example.net\`

- for example \`from outside to root@example.org\`
  - becomes \`local alice action local\``,
  ],
  [
    "a match rule that users reach",
    "match auth",
    "rules.conf",
    `**rule 2 matches mail**: \`from anywhere, by 192.0.2.25 port 587, logged in, or from sendmail, to any domain but example.org or example.net\`

- for example \`auth someone port 587 to postmaster@elsewhere.example\`
  - becomes \`relay smtps://smart.example.com action out\``,
  ],
  [
    "a match rule that nobody reaches, and which rule takes its mail",
    'match from any for domain "example.net"',
    "smtpd.conf",
    `**rule 4 matches no mail**: matched before by \`match from any for domain <domains> action "local"\` ([rules.conf:1])`,
  ],
  [
    "an action: its rules, who sends mail to them, and where it goes",
    '"local" maildir',
    "smtpd.conf",
    `**action 'local' gets mail**: by rule 1, then to \`~/Maildir\`

- by rule 1 ([rules.conf:1])
  - \`from anywhere or sendmail to *@example.org or *@example.net\`
- then to \`~/Maildir\``,
  ],
  [
    "an action that gets nothing, where a rule names it",
    '"nobody"',
    "rules.conf",
    `**action 'nobody' gets no mail**: no mail comes to the rules that name it`,
  ],
  [
    "a filter, also through a chain",
    "noname",
    "smtpd.conf",
    `**filter 'noname' is asked**: by 192.0.2.25 port 25, about mail from anyone ([line 8])`,
  ],
  ["a filter that no listener names", "unused", "smtpd.conf", `**filter 'unused' is not asked**: no listener names it`],
  [
    "a listener: what comes after it",
    "listen on 192.0.2.25 port submission",
    "smtpd.conf",
    `**mail comes in by 192.0.2.25 port 587**: rule 1 or rule 2

- rule 1 matches mail from users who log in ([rules.conf:1])
- rule 2 matches mail from users who log in ([rules.conf:2])`,
  ],
  [
    "a listener for the world",
    "listen on 192.0.2.25 tls",
    "smtpd.conf",
    `**mail comes in by 192.0.2.25 port 25**: filter 'noname', then rule 1

- asked first: filter 'noname' ([line 5])
- rule 1 matches mail from anyone ([rules.conf:1])
- what no rule matches is refused`,
  ],
  [
    "a table: who reads it, and as what",
    "<aliases>",
    "smtpd.conf",
    `**table \`<aliases>\` is read**: as 'alias' of action 'local' ([line 10])`,
  ],
];

describe("hover", () => {
  test.each(hovers)("of %s", async (_, wanted, name, text) => {
    expect(await hover(wanted, name)).toBe(text);
  });

  test("of an address: where mail to it goes, from outside and from this machine", async () => {
    const text = `# bob@example.org\n${main}table more { "alice@example.org" = "sales@example.org, nobody@example.org" }\n`;
    await client.change(uri, text);
    const of = async (wanted: string) => {
      const position = placeOf(text, wanted);
      const found: Hover | null = await client.connection.sendRequest(HoverRequest.type, {
        textDocument: { uri },
        position,
      });
      return (found?.contents as MarkupContent | undefined)?.value ?? "";
    };
    expect(
      await of("alice@example.org"),
    ).toBe(`**mail \`from outside to alice@example.org\`**: \`local alice action local rule 1\`

**mail \`from local to alice@example.org\`**: \`local alice action local rule 1\``);
    expect(await of("sales@example.org")).toContain('`reject 550 "Invalid recipient" at rcpt-to');
    expect(await of("nobody@example.org")).toContain(': `reject 550 "Invalid recipient" at rcpt-to rule 1`');
    expect(await of("bob@example.org")).toBe("");
    expect(await of("smtps://smart")).not.toContain("from outside");
    await client.change(uri, main);
  });

  test("says nothing of mail where smtpd refuses the file", async () => {
    await client.change(uri, `${main}match from\n`);
    expect(await hover('"local" maildir')).not.toContain("gets mail");
    await client.change(uri, main);
    expect(await hover('"local" maildir')).toContain("gets mail");
  });
});

interface Page {
  readonly title: string;
  readonly markdown: string;
  readonly lines: readonly string[];
  readonly svg?: string;
  readonly links?: Readonly<Record<string, string>>;
}

const run = (command: string, ...more: unknown[]): Promise<Page> =>
  client.connection.sendRequest(ExecuteCommandRequest.type, {
    command: `smtpdlint.${command}`,
    arguments: [uri, ...more],
  });

describe("commands", () => {
  test("who sends mail by the statement at a place: a page with links, and a message", async () => {
    messages.length = 0;
    const page = await run("showSenders", placeOf(main, "maildir"));
    expect(page.title).toBe("action 'local' gets mail");
    expect(page.markdown).toContain(`[rules.conf:1](<${uriOf("rules.conf")}#L1>)`);
    expect(messages).toEqual([page.lines.join("\n")]);
    expect((await run("showSenders", placeOf(main, "include"))).title).toBe(
      "put the cursor on a match rule, a listener, an action or a filter",
    );
  });

  test("what becomes of a message, from everywhere if its origin is open", async () => {
    const page = await run("traceMail", "to alice@example.org");
    expect(page.title).toBe("what becomes of mail to alice@example.org");
    expect(page.markdown).toContain(
      "### mail `from outside to alice@example.org`\n\n- `local alice action local rule 1`\n",
    );
    expect(page.markdown).toContain("### mail `from local to alice@example.org`\n");
    expect(page.markdown).toContain("> RCPT TO:<alice@example.org>");
    const one = await run("traceMail", "auth bob port 587 to x@elsewhere.example");
    expect(one.markdown).toContain("relay smtps://smart.example.com action out rule 2");
    expect(one.markdown).not.toContain("from outside");
  });

  test("what is not known is named, in words", async () => {
    const text =
      'listen on 192.0.2.25\ntable t ldap:/etc/mail/ldap.conf\naction "a" mbox virtual <t>\nmatch from any for any action "a"\n';
    await client.change(uri, text);
    const page = await run("traceMail", "from outside to alice@example.org");
    expect(page.lines).toContain("  or (not known: the contents of <t> (ldap:/etc/mail/ldap.conf))");
    expect(page.markdown).toContain("\n- or (not known: the contents of ");
    expect(page.markdown).not.toContain("`(not known");
    await client.change(uri, main);
  });

  test("a message that no listener takes, and one that is no message", async () => {
    expect((await run("traceMail", "port 2525 to alice@example.org")).title).toMatch(/^no listener accepts/);
    expect((await run("traceMail", "too alice@example.org")).title).toBe("unexpected 'too'; did you mean 'to'?");
  });

  test("an address alone is the recipient", async () => {
    const page = await run("traceMail", " alice@example.org ");
    expect(page.markdown).toContain("### mail `from outside to alice@example.org`");
  });

  test("what becomes of a message that a rule takes", async () => {
    const position = placeOf(rules, "match auth");
    const page: Page = await client.connection.sendRequest("smtpdlint/page", {
      command: "smtpdlint.traceMail",
      arguments: [uriOf("rules.conf"), position],
    });
    expect(page.title).toBe("what becomes of mail auth someone port 587 to postmaster@elsewhere.example");
    expect(page.markdown).toContain("relay smtps://smart.example.com action out rule 2");
    expect((await run("traceMail", placeOf(main, 'match from any for domain "example.net"'))).title).toBe(
      "no message was found that this rule matches",
    );
  });

  test("a place in a table is no place in its configuration", async () => {
    const aliases = uriOf("aliases");
    const text = "root: alice\n";
    const textDocument = { uri: aliases, languageId: "smtpd-aliases", version: 1, text };
    await client.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
    const page = (command: string, detail: unknown): Promise<Page> =>
      client.connection.sendRequest("smtpdlint/page", { command, arguments: [aliases, detail] });
    for (const command of ["smtpdlint.showSenders", "smtpdlint.traceMail"]) {
      const { title } = await page(command, { line: 0, character: 2 });
      expect(title).toBe("put the cursor on a statement of a configuration");
    }
    expect((await page("smtpdlint.traceMail", "to root@example.org")).title).toContain("to root@example.org");
    expect((await page("smtpdlint.showMailFlow", null)).title).toBe("mail flow of smtpd.conf");
    await client.close(aliases);
  });

  test("the mail flow: a picture whose boxes lead to their lines", async () => {
    const page = await run("showMailFlow");
    expect(page.title).toBe("mail flow of smtpd.conf");
    expect(page.markdown).toContain("```mermaid\nflowchart LR\n");
    expect(page.lines).toContain("mail comes in by 192.0.2.25 port 25");
    expect(page.svg).toContain("<svg");
    for (const id of Object.keys(page.links ?? {})) expect(page.svg).toContain(`data-id="${id}"`);
    expect(page.links?.rule1).toBe(`${uriOf("rules.conf")}#L1`);
  });

  test("say why of a file that smtpd refuses", async () => {
    await client.change(uri, `${main}match from\n`);
    for (const [command, detail] of [
      ["showSenders", placeOf(main, "maildir")],
      ["traceMail", "to a@b.example"],
      ["showMailFlow"],
    ]) {
      const page = await run(command as string, detail);
      expect(page.title).toMatch(/^smtpd 7\.8 refuses this file: /);
    }
    await client.change(uri, main);
  });
});

describe("a message to begin with", () => {
  const ask = (name: string, position?: Position): Promise<{ message?: string; isHere?: boolean; problem?: string }> =>
    client.connection.sendRequest("smtpdlint/messageToTrace", { uri: uriOf(name), position });

  test.each([
    [
      "at a match rule, one that it matches",
      "rules.conf",
      rules,
      "match auth from",
      "auth someone port 587 to postmaster@elsewhere.example",
      true,
    ],
    ["anywhere in it", "rules.conf", rules, "<domains>", "from outside to root@example.org", true],
    [
      "elsewhere, one of the first rule for a domain",
      "smtpd.conf",
      main,
      "maildir",
      "from outside to root@example.org",
      false,
    ],
  ] as const)("%s", async (_, name, text, wanted, message, isHere) => {
    expect(await ask(name, placeOf(text, wanted))).toEqual({ message, isHere });
  });

  test("without a cursor, and from a table", async () => {
    expect(await ask("smtpd.conf")).toMatchObject({ isHere: false });
    const textDocument = { uri: uriOf("aliases"), languageId: "smtpd-aliases", version: 1, text: "root: alice\n" };
    await client.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
    expect(await ask("aliases", { line: 0, character: 2 })).toEqual(await ask("smtpd.conf"));
    await client.close(uriOf("aliases"));
  });

  test("at an address, and where no rule accepts mail", async () => {
    await client.change(uri, "listen on 192.0.2.25\nmatch from mail-from bob@example.net for any reject\n");
    expect(await ask("smtpd.conf", { line: 1, character: 26 })).toEqual({
      message: "to bob@example.net",
      isHere: true,
    });
    await client.change(uri, "listen on 192.0.2.25\nmatch from any for domain x.example reject\n");
    expect(await ask("smtpd.conf")).toEqual({ message: "from outside to postmaster@x.example", isHere: false });
    await client.change(uri, "listen on 192.0.2.25\nmatch from any for domain x.example\n");
    expect((await ask("smtpd.conf")).problem).toMatch(/^smtpd 7\.8 refuses this file: /);
    await client.change(uri, main);
    expect((await ask("closed.conf")).problem).toBe("open a configuration first");
  });

  test("what is typed is checked", async () => {
    const check = (message?: unknown) => client.connection.sendRequest("smtpdlint/checkMessage", { uri, message });
    expect(await check("to alice@example.org")).toBe(null);
    expect(await check("alice@example.org")).toBe(null);
    expect(await check("too alice@example.org")).toBe("unexpected 'too'; did you mean 'to'?");
    expect(await check("port 2525 to alice@example.org")).toMatch(/^no listener accepts/);
    for (const nothing of ["", "   ", undefined, 5, null]) expect(typeof (await check(nothing))).toBe("string");
  });
});

test("code actions ask about the statement and the address at the cursor, and change nothing", async () => {
  const titles = async (wanted: string, only?: string[]) => {
    const { textDocument, position } = at(wanted);
    const found = (await client.connection.sendRequest(CodeActionRequest.type, {
      textDocument,
      range: { start: position, end: position },
      context: { diagnostics: [], ...(only && { only }) },
    })) as CodeAction[];
    for (const { kind, edit } of found) if (kind === "source.mail") expect(edit).toBeUndefined();
    return found.filter(({ kind }) => kind === "source.mail").map(({ title }) => title);
  };
  expect(await titles('match from any for domain "example.net"')).toEqual([
    "Show who sends mail by this rule",
    "Trace a message that this rule matches",
    "Show the mail flow",
  ]);
  expect(await titles("listen on 192.0.2.25 tls", ["source"])).toEqual([
    "Show who sends mail by this listener",
    "Show the mail flow",
  ]);
  expect(await titles("listen on 192.0.2.25 tls", ["quickfix"])).toEqual([]);
  expect(await titles("include")).toEqual([]);
});

describe("parameters that are none", () => {
  const wrong = [undefined, null, 5, true, "", "\0", "\ud800", [], [5], {}, { line: 0 }, { line: -1, character: 1e9 }];
  const others = ["smtpd.test", "aliases", "closed.conf"].map(uriOf);
  const commands = ["showSenders", "traceMail", "showMailFlow", "showDifferences", "runTests", "writeTest", "nothing"];

  test.each(commands)("%s answers, and nothing fails", async (name) => {
    const command = `smtpdlint.${name}`;
    for (const document of [uri, ...others, "http://x/y", "file:///\ud800", "x", "", 5, null]) {
      for (const detail of wrong) {
        for (const method of [ExecuteCommandRequest.method, "smtpdlint/page"]) {
          const page = await client.connection.sendRequest<Page | null>(method, {
            command,
            arguments: [document, detail],
          });
          expect(page === null || page.title !== "").toBe(true);
        }
      }
    }
    expect(client.errors).toEqual([]);
  });

  test("a test is written at a match rule only, and of tests those are run that are named", async () => {
    messages.length = 0;
    await run("writeTest");
    expect(messages).toEqual(["there is no match rule here"]);
    const ran = (ids: unknown) =>
      client.connection.sendRequest<{ results: unknown[] }>("smtpdlint/runTests", { uri: uriOf("smtpd.test"), ids });
    expect((await ran(5)).results).toHaveLength(1);
    expect((await ran([5])).results).toHaveLength(0);
  });

  test.each([{}, { data: null }, { data: {} }, { data: { uri, id: 5 } }, { data: { uri: "x", id: "rule1" } }])(
    "an item of a call hierarchy: %j",
    async (item) => {
      for (const { method } of [CallHierarchyIncomingCallsRequest.type, CallHierarchyOutgoingCallsRequest.type]) {
        expect(await client.connection.sendRequest(method, { item })).toEqual([]);
      }
      expect(client.errors).toEqual([]);
    },
  );
});

describe("call hierarchy", () => {
  async function steps(wanted: string, name?: "smtpd.conf" | "rules.conf") {
    const { connection } = client;
    const items = (await connection.sendRequest(CallHierarchyPrepareRequest.type, at(wanted, name))) ?? [];
    return Promise.all(
      items.map(async (item) => ({
        name: item.name,
        before: ((await connection.sendRequest(CallHierarchyIncomingCallsRequest.type, { item })) ?? []).map(
          ({ from }) => `${from.name}: ${from.detail}`,
        ),
        after: ((await connection.sendRequest(CallHierarchyOutgoingCallsRequest.type, { item })) ?? []).map(
          ({ to }) => `${to.name}: ${to.detail}`,
        ),
      })),
    );
  }

  test("leads from a listener to its filters, the rules and the actions, and back", async () => {
    expect(await steps("listen on 192.0.2.25 tls")).toEqual([
      {
        name: "192.0.2.25 port 25",
        before: [],
        after: [expect.stringMatching(/^filters: mail from anyone; noname: connect /)],
      },
    ]);
    const [rule] = await steps("match auth", "rules.conf");
    expect(rule?.name).toBe("rule 2");
    expect(rule?.before).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^192\.0\.2\.25 port 587: mail from users who log in/),
        expect.stringMatching(/^local: mail from aliases and \.forward/),
      ]),
    );
    expect(rule?.after).toEqual(["out: mail from users who log in; relay"]);
    const [action] = await steps('action "out"');
    expect(action?.before).toEqual([expect.stringMatching(/^rule 2: mail from users who log in/)]);
  });

  test("leads from a filter, also from a chain, to the listeners that ask it", async () => {
    for (const filter of ["filter noname", "filter spam"]) {
      const [filters, ...more] = await steps(filter);
      expect([filters?.name, more]).toEqual(["filters", []]);
      expect(filters?.before).toEqual([expect.stringMatching(/^192\.0\.2\.25 port 25: /)]);
      expect(filters?.after).toContainEqual(expect.stringMatching(/^rule 1: mail from anyone/));
    }
    expect(await steps("filter unused")).toEqual([]);
  });

  test("has nothing at a table", async () => {
    expect(await steps("table domains")).toEqual([]);
  });
});
