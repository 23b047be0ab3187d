import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { applyEdits } from "@smtpdlint/grammar";
import {
  completeTable,
  definitionIn,
  hoverTable,
  prepareRenameKey,
  referencesIn,
  references as referencesOfName,
  renameKey,
  type SystemUser,
  type TableView,
  tableSymbols,
  tableTokens,
  tableView,
  targetAt,
} from "@smtpdlint/ide";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type CodeAction,
  CodeActionRequest,
  type Command,
  type CompletionItem,
  CompletionRequest,
  DefinitionRequest,
  type Diagnostic,
  DocumentDiagnosticRequest,
  DocumentFormattingRequest,
  DocumentHighlightRequest,
  type DocumentSymbol,
  DocumentSymbolRequest,
  ExecuteCommandRequest,
  FoldingRangeRequest,
  type Hover,
  HoverRequest,
  type Location,
  type Position,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  SelectionRangeRequest,
  SemanticTokensRequest,
} from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { runs } from "../helpers/random.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { Client } from "./client.ts";
import { place, readMarked } from "./marked.ts";

/** Files of tables, aliases and `.forward`: what an editor says of them beside the configuration that reads them. */

function viewAt(text: string): { readonly view: TableView; readonly offset: number } {
  const { view, offset } = readMarked(text);
  const table = tableView(view);
  if (!table) throw new Error("no table");
  return { view: table, offset };
}

/** Of a `.forward` with the cursor in it. */
const passwd = "root:x:0:0::/root:/bin/sh\njoe:x:1000:1000::/home/joe:/bin/sh\n";
const forwardAt = (configuration: string, marked: string) =>
  viewAt(`${configuration}--- /etc/passwd\n${passwd}--- /home/joe/.forward\n${marked}`);

const placed = (view: TableView, spans: ReturnType<typeof definitionIn>) =>
  spans.map((span) =>
    span.file === view.source.id
      ? `${view.source.text.slice(0, span.start).split("\n").length} ${view.source.text.slice(span.start, span.end)}`
      : place({ ...view, diagnostics: [], file: 0 }, span),
  );

const definitionAt = ({ view, offset }: ReturnType<typeof viewAt>) => {
  const target = targetAt(view, offset);
  return target ? placed(view, definitionIn(view, target)) : undefined;
};
const referencesAt = ({ view, offset }: ReturnType<typeof viewAt>, includeDeclaration = false) => {
  const target = targetAt(view, offset);
  return target ? placed(view, referencesIn(view, target, { includeDeclaration })) : undefined;
};
const hoverAt = ({ view, offset }: ReturnType<typeof viewAt>) => hoverTable([view], offset)?.markdown;

const aliases = "table a file:/aliases\naction in mbox alias <a>\nmatch from any for domain mx.example action in\n";
const withAliases = (text: string) => `${aliases}--- /aliases\n${text}`;
const virtuals = `table v file:/virtuals
table d { example.org, "*.example.net" }
action in maildir virtual <v> userbase <u>
match from any for domain <d> action in
`;
const users = "table u file:/users\n";
const withVirtuals = (text: string) => `${users}${virtuals}--- /users\nvmail 1:1:/var/mail\n--- /virtuals\n${text}`;
const logins = `table s file:/secrets
table m file:/senders
pki p cert "/c" key "/k"
listen on lo port 587 tls pki p auth <s> senders <m>
`;

describe("from a member to where it leads", () => {
  test.each([
    ["an alias of the same table", withAliases("root: j$0oe\njoe: joe@example.org\n"), ["2 joe"]],
    ["the last of equal keys", withAliases("root: j$0oe\njoe: a\nJoe: b\n"), ["3 Joe"]],
    ["one with a tag", withAliases("root: a, j$0oe+x\njoe: b\n"), ["2 joe"]],
    ["a user without an alias", withAliases("root: j$0oe\n"), []],
    ["a command", withAliases('root: "|/bin/j$0oe"\njoe: b\n'), []],
    ["itself", withAliases("ro$0ot: joe\n"), ["1 root"]],
    ["behind a line that smtpd refuses", withAliases("bad\nroot: j$0oe\njoe: b\n"), ["3 joe"]],
    ["a virtual user", withVirtuals("a@example.org b@exa$0mple.org\nb@example.org vmail\n"), ["2 b@example.org"]],
    ["a catch-all", withVirtuals("a@example.org b@example$0.org\n@example.org vmail\n"), ["2 @example.org"]],
    ["a user of the userbase", withVirtuals("a@example.org vma$0il\n"), ["users:1:1 vmail"]],
    ["a login of senders", `${logins}--- /secrets\njoe x\n--- /senders\nj$0oe joe@example.org\n`, ["secrets:1:1 joe"]],
  ])("%s", (_title, text, places) => {
    expect(definitionAt(viewAt(text))).toEqual(places);
  });

  test("a user in a .forward", () => {
    const text = withAliases("joe: b\n");
    expect(definitionAt(forwardAt(text, "\\joe, j$0oe\n"))).toEqual(["aliases:1:1 joe"]);
    expect(definitionAt(forwardAt(text, "a,\\\n  j$0oe # joe\n"))).toEqual(["aliases:1:1 joe"]);
    expect(definitionAt(forwardAt(text, "a # j$0oe\n"))).toBeUndefined();
  });
});

describe("references of a key", () => {
  test.each([
    ["in the same table", withAliases("root: joe\nj$0oe: b\nx: a, joe , JOE+t\n"), ["1 joe", "3 joe", "3 JOE+t"]],
    ["not of another one", withAliases("root: joe2\nj$0oe: b\n"), []],
    ["from a member", withAliases("root: j$0oe\njoe: b\nx: joe\n"), ["1 joe", "3 joe"]],
    [
      "from a table in the configuration",
      `${aliases}table v { "a@b.example" = "joe@mx.example" }\naction out mbox virtual <v>\n--- /aliases\njo$0e: b\n`,
      [],
    ],
    [
      "of a user in the tables that lead there",
      `${users}${virtuals}--- /users\nvma$0il 1:1:/var/mail\n--- /virtuals\na@example.org vmail\nb@example.org x\n`,
      ["virtuals:1:15 vmail"],
    ],
    [
      "of a virtual user in the configuration",
      `table w { "x@example.org" = "b@example.org" }\naction o mbox virtual <w>\n${withVirtuals("b$0@example.org vmail\n")}`,
      ["1:30 b@example.org"],
    ],
    ["of a login", `${logins}--- /senders\njoe a@b.example\n--- /secrets\nj$0oe x\n`, ["senders:1:1 joe"]],
    [
      "of a relay's label",
      `table s file:/s\naction o relay host smtps://me@a.example auth <s>\n--- /s\nm$0e joe:secret\n`,
      ["2:29 me"],
    ],
  ])("%s", (_title, text, places) => {
    expect(referencesAt(viewAt(text))).toEqual(places);
  });

  test("with its declaration", () => {
    expect(referencesAt(viewAt(withAliases("root: joe\nj$0oe: b\n")), true)).toEqual(["2 joe", "1 joe"]);
  });

  test("the name of a table leads to its file", () => {
    const { view, offset } = readMarked(withAliases("root: joe\n").replace("<a>", "<$0a>"));
    const spans = referencesOfName(view, offset, true).map((span) => place(view, span));
    expect(spans).toEqual(["1:7 a", "2:23 a", "aliases:1:1"]);
    expect(referencesOfName(view, offset, false)).toHaveLength(1);
  });
});

describe("rename of a key", () => {
  /** The texts that change, by the names of their files, or why nothing does. */
  function renamed({ view, offset }: ReturnType<typeof viewAt>, newName: string): string | readonly string[] {
    const result = renameKey(view, offset, newName);
    if ("refused" in result) return result.refused;
    return [...view.model.sources.files, view.source].flatMap(({ id, path, text }, index, all) => {
      const edits = result.edits.filter(({ span }) => span.file === id);
      const isKnown = all.findIndex((other) => other.id === id) < index;
      return edits.length > 0 && !isKnown ? `${path.slice(path.lastIndexOf("/") + 1)} ${applyEdits(text, edits)}` : [];
    });
  }

  test.each([
    [
      "and all that lead to it, with their tags",
      withAliases("root: joe\nj$0oe: b\nx: a, joe , JOE+t\n"),
      "aliases root: ann\nann: b\nx: a, ann , ann+t\n",
    ],
    ["from a member", withAliases("root: \\jo$0e\njoe: b\n"), "aliases root: \\ann\nann: b\n"],
  ])("%s", (_title, text, after) => {
    expect(renamed(viewAt(text), "ann")).toEqual([after]);
  });

  test.each([
    [
      "a user of the userbase",
      `${users}${virtuals}--- /users\nvma$0il 1:1:/var/mail\n--- /virtuals\na@example.org vmail\nb@example.org x\n`,
      ["users ann 1:1:/var/mail\n", "virtuals a@example.org ann\nb@example.org x\n"],
    ],
    [
      "a login",
      `${logins}--- /senders\njoe a@b.example\n--- /secrets\nj$0oe x\n`,
      ["secrets ann x\n", "senders ann a@b.example\n"],
    ],
    [
      "the label of a relay",
      `table s file:/s\naction o relay host smtps://me@a.example auth <s>\n--- /s\nm$0e joe:secret\n`,
      ["smtpd.conf table s file:/s\naction o relay host smtps://ann@a.example auth <s>\n", "s ann joe:secret\n"],
    ],
  ])("%s in all files", (_title, text, after) => {
    expect(renamed(viewAt(text), "ann")).toEqual(after);
  });

  test("a virtual user stays an address", () => {
    const marked = withVirtuals("in$0fo@example.org a@example.org\na@example.org info@example.org\n");
    expect(renamed(viewAt(marked), "b@example.org")).toEqual([
      "virtuals b@example.org a@example.org\na@example.org b@example.org\n",
    ]);
    expect(renamed(viewAt(marked), "b")).toBe("write it in the form of 'info@example.org'");
  });

  test("from a .forward, which changes too", () => {
    const configuration = withAliases("joe: b\nann: c\n");
    expect(renamed(forwardAt(configuration, "x, j$0oe\n"), "bob")).toEqual([
      "aliases bob: b\nann: c\n",
      ".forward x, bob\n",
    ]);
    expect(renamed(forwardAt(configuration, "x, j$0oe\n"), "ann")).toBe("there is an entry 'ann' already");
  });

  test.each([
    ["an address", withAliases("root: j$0oe@example.org\n"), "ann", "there is no name here"],
    ["a user who has no entry", withAliases("root: j$0oe\n"), "ann", "there is no name here"],
    ["a comment", withAliases("# ro$0ot\nroot: joe\n"), "ann", "there is no name here"],
    ["a name that is taken", withAliases("ro$0ot: joe\njoe: b\n"), "JOE", "there is an entry 'JOE' already"],
    ["no name", withAliases("ro$0ot: joe\n"), "", "a name cannot be empty"],
    ["two words", withAliases("ro$0ot: joe\n"), "a b", "this name cannot hold ' '"],
    ["a path", withAliases("ro$0ot: joe\n"), "/x", "this name cannot hold '/'"],
    ["an address for a name", withAliases("ro$0ot: joe\n"), "a@b", "a name cannot hold '@'"],
    [
      "a catch-all, to which other names lead",
      withVirtuals("@exa$0mple.org vmail\na@example.org b@example.org\n"),
      "@example.net",
      "'b@example.org' means it too, and is written in another way",
    ],
    [
      "a setting of a backend",
      "table a sqlite:/a\naction x mbox alias <a>\n--- /a\ndb$0path /x\n",
      "y",
      "there is no name here",
    ],
  ])("is refused: %s", (_title, text, newName, reason) => {
    expect(renamed(viewAt(text), newName)).toBe(reason);
  });

  test("begins with the key", () => {
    const begun = ({ view, offset }: ReturnType<typeof viewAt>) => {
      const found = prepareRenameKey(view, offset);
      return found && "span" in found ? [found.span.start, found.span.end, found.placeholder] : found;
    };
    expect(begun(viewAt(withAliases("root: jo$0e+x\nJoe: b\n")))).toEqual([6, 9, "Joe"]);
    expect(begun(viewAt(withAliases("root: j$0oe\n")))).toBeUndefined();
  });
});

describe("hover", () => {
  test.each([
    [
      "a key, and who reads the file",
      withAliases("root: joe\nj$0oe: b\n"),
      [
        "**joe**: a key, read for aliases of the action 'in', line 2; 1 reference",
        "table **a**, line 1, read as",
        "- aliases of the action 'in', line 2",
      ],
    ],
    ["a member that is an alias", withAliases("root: j$0oe\njoe: b\n"), ["**joe**: an alias, aliases line 2: 'b'"]],
    ["a user", withAliases("root: j$0oe\n"), ["**joe**: a user"]],
    [
      "an address",
      withAliases("root: j$0oe@example.org\n"),
      ["**joe@example.org**: an address, for which smtpd tries"],
    ],
    ["a command", withAliases('root: "|/bin/$0x y"\n'), ["**/bin/x y**: a command that gets the mail"]],
    ["an included file", withAliases("root: :include:/e$0tc/x\n"), ["**/etc/x**: a file with a member on each line"]],
    ["a reply", withAliases("root: error:550 n$0o\n"), ["**550 no**: a reply with which smtpd refuses"]],
    ["nonsense", withAliases("root: !$0!\n"), ["smtpd does not understand this member"]],
    ["a table that nothing uses", "table a file:/a\n--- /a\nro$0ot joe\n", ["table **a**, line 1, which nothing uses"]],
    [
      "two uses",
      "table a file:/a\nlisten on lo auth <a>\naction x mbox userbase <a>\n--- /a\nro$0ot 0:0:/root\n",
      ["- credentials of 'listen on lo', line 2", "- users, their ids and directories of the action 'x', line 3"],
    ],
    [
      "a list of a rule and of a filter",
      "table d file:/d\nfilter f phase helo match helo <d> junk\nmatch for domain <d> reject\n--- /d\na.exa$0mple\n",
      ["'helo' of the filter 'f', line 2", "'for domain' of the rule 'for domain `<d>` → reject', line 3"],
    ],
    [
      "relays",
      "table d file:/d\naction x relay domain <d>\n--- /d\na.exa$0mple smtp://b.example\n",
      ["relays by domain of the action 'x'"],
    ],
    [
      "a setting of a backend",
      "table a sqlite:/a\naction x mbox alias <a>\n--- /a\ndb$0path /x\n",
      ["a setting of the backend"],
    ],
  ])("%s", (_title, text, says) => {
    const found = hoverAt(viewAt(text));
    for (const part of says) expect(found).toContain(part);
  });

  test("nothing about a comment or what lies between", () => {
    for (const text of ["# jo$0e\nroot: joe\n", "root: joe ,  $0  , b\n"]) {
      expect(hoverAt(viewAt(withAliases(text)))).toBeUndefined();
    }
  });
});

const machine: readonly SystemUser[] = [
  { name: "root", home: "/root" },
  { name: "joe", home: "/home/joe" },
];
const labelsAt = ({ view, offset }: ReturnType<typeof viewAt>) =>
  completeTable(view, offset, machine).map(({ label }) => label);

describe("completion", () => {
  test.each([
    ["members: aliases, and users of the machine", withAliases("staff: bob\nx: $0\n"), ["staff", "root", "joe"]],
    ["the second member", withAliases("staff: bob, s$0\n"), ["staff", "root", "joe"]],
    ["after a space in place of the colon", withAliases("staff bob\nx $0\n"), ["staff", "root", "joe"]],
    ["keys: users without an alias", withAliases("Root: joe\n$0\n"), ["joe"]],
    ["domains of the configuration", withAliases("x: a@$0\n"), ["mx.example"]],
    ["domains of virtual users too", withVirtuals("a@v.example vmail\nb@$0\n"), ["example.org", "v.example"]],
    ["users of the userbase in place of the machine's", withVirtuals("a@example.org $0\n"), ["vmail"]],
    [
      "other virtual users, and no catch-all",
      withVirtuals("b@example.org vmail\n@example.net vmail\nC@example.org vmail, $0\n"),
      ["b@example.org", "vmail"],
    ],
    ["who can log in", `${logins}--- /secrets\njoe secret\nann secret\n--- /senders\nann x\n$0\n`, ["joe"]],
    ["a domain of a sender", `${logins}match for domain e.org reject\n--- /senders\njoe a@$0`, ["e.org"]],
    ["no password", `${logins}--- /secrets\njoe secret\nann $0\n`, []],
    ["nothing in a comment", withAliases("# x: $0\n"), []],
    ["nothing in a command", withAliases("x: |/bin/$0\n"), []],
    ["nothing in a path", withAliases("x: /var/$0\n"), []],
    ["nothing in a list of networks", "table n file:/n\nmatch from src <n> reject\n--- /n\n10.0.0.0/8\n1$0\n", []],
  ])("%s", (_title, text, labels) => {
    expect(labelsAt(viewAt(text))).toEqual(labels);
  });

  test.each([
    ["a member is missing", "x: $0\n", 2],
    ["another member is missing", "staff: bob, $0\n", 3],
    ["a key could begin", " $0\n", 0],
    ["a member is there", "x: bob $0\n", 0],
  ])("nobody has asked, and %s", (_, text, length) => {
    const { view, offset } = viewAt(withAliases(text));
    expect(completeTable(view, offset, machine, true)).toHaveLength(length);
  });

  test("a .forward has aliases' users", () => {
    expect(labelsAt(forwardAt(aliases, "$0"))).toEqual(["root", "joe"]);
    expect(labelsAt(forwardAt(aliases, "\\joe, a@$0"))).toEqual(["mx.example"]);
    const mapped = withAliases("staff: bob\njoe: ann\n");
    expect(labelsAt(forwardAt(mapped, "ann, s$0"))).toEqual(["staff", "joe", "root"]);
    expect(labelsAt(forwardAt(aliases, "# $0"))).toEqual([]);
  });

  test("what is chosen takes the place of what is typed", () => {
    const { view, offset } = viewAt(withAliases("staff: bob\nx: bob, st$0\n"));
    const item = completeTable(view, offset, []).find(({ label }) => label === "staff");
    expect(item && applyEdits(view.source.text, [item])).toBe("staff: bob\nx: bob, staff\n");
  });
});

describe("outline and colours", () => {
  test("keys, with what they lead to", () => {
    const { view } = viewAt(withAliases("# $0\nroot: joe, bob\nbad\njoe: |/bin/x\n"));
    expect(tableSymbols(view).map(({ name, detail }) => [name, detail])).toEqual([
      ["root", "joe, bob"],
      ["joe", "|/bin/x"],
    ]);
  });

  test.each([
    ["credentials", `${logins}--- /secrets\njoe $0hunter2\n`],
    [
      "credentials that are users as well",
      "table a file:/a\nlisten on lo auth <a>\naction x mbox alias <a>\n--- /a\njoe hun$0ter2\n",
    ],
    ["credentials of a relay", "table a file:/a\naction x relay host a.example auth <a>\n--- /a\njoe me:hunt$0er2\n"],
    ["a table that nothing uses", "table a file:/a\n--- /a\njoe hunt$0er2\n"],
    [
      "the users of the backend passwd",
      "table a passwd:/a\nlisten on lo auth <a>\n--- /a\njoe:hunt$0er2:1:1::/home/joe:/bin/sh\n",
    ],
    ["the settings of a backend", "table a sqlite:/a\nlisten on lo auth <a>\n--- /a\npassword hunt$0er2\n"],
  ])("no password of %s", (_title, text) => {
    const { view, offset } = viewAt(text);
    const said = [];
    for (let at = 0; at <= view.source.text.length; at++) {
      said.push(hoverTable([view], at), completeTable(view, at, machine));
    }
    said.push(tableSymbols(view), offset);
    expect(JSON.stringify(said)).not.toMatch(/hunter|unter2/);
    expect(tableSymbols(view)).toHaveLength(1);
  });

  const tokens = (view: TableView, range?: { start: number; end: number }) =>
    tableTokens(view, range).map(({ span, type }) => `${type} ${view.source.text.slice(span.start, span.end)}`);

  test("tokens", () => {
    const { view } = viewAt(withAliases('# $0x\nroot: joe, a@b.example, "|/bin/x", error:550 no\n'));
    expect(tokens(view)).toEqual([
      "comment # x",
      "variable root",
      "variable joe",
      "string a@b.example",
      'function "|/bin/x"',
      "enumMember error:550 no",
    ]);
    expect(tokens(view, { start: 0, end: 3 })).toEqual(["comment # x"]);
  });

  test("a carriage return alone ends no line", () => {
    expect(tokens(viewAt(withAliases("joe: a\r#$0b\n")).view)).toEqual(["variable joe"]);
  });

  test("tokens of a .forward, over lines", () => {
    const { view } = forwardAt(aliases, "\\joe, \\\n bob # x\n/var/mail/x\n$0");
    expect(tokens(view)).toEqual(["variable \\joe", "variable bob", "comment # x", "string /var/mail/x"]);
  });

  test("tokens of a password file and of settings", () => {
    const passwd = viewAt("table a passwd:/a\nlisten on lo auth <a>\n--- /a\njoe:x:1:1::/h:/s # $0y\n");
    expect(tokens(passwd.view)).toEqual(["variable joe", "comment # y"]);
    const settings = viewAt("table a sqlite:/a\nlisten on lo auth <a>\n--- /a\n# $0x\ndbpath /y\n");
    expect(tokens(settings.view)).toEqual(["comment # x", "variable dbpath", "string /y"]);
  });
});

test("no text makes it fail, and all places are in the file", () => {
  const pieces = [
    "joe",
    "ann",
    "@",
    "example.org",
    ":",
    " ",
    "\t",
    ",",
    "\n",
    "\r\n",
    "\r",
    "\\",
    '"',
    "'",
    "#",
    "|",
    "/",
    "[",
    "]",
  ];
  const unit = fc.constantFrom(...pieces, ":include:/x", "error:550 no", "\0", "\u{1f600}");
  const configurations = [
    aliases.replace("/aliases", "/x"),
    `${users}${virtuals}`.replace("/virtuals", "/x"),
    logins.replace("/senders", "/x"),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...configurations),
      fc.string({ unit, maxLength: 40 }),
      fc.nat(60),
      (conf, content, at) => {
        const { view } = readMarked(`${conf}--- /x\n${content}`);
        const file = view.model.sources.files.findIndex(({ path }) => path === "/x");
        const table = tableView({ model: view.model, file });
        const forward = forwardAt(aliases, `$0${content}`).view;
        for (const each of [...(table ? [table] : []), forward]) {
          const text = each.source.text;
          const offset = Math.min(at, text.length);
          const target = targetAt(each, offset);
          const spans = target ? [target.span, ...referencesIn(each, target, { includeDeclaration: true })] : [];
          spans.push(...tableSymbols(each).flatMap(({ span, selection }) => [span, selection]));
          spans.push(...completeTable(each, offset, machine).map(({ span }) => span));
          const renamed = renameKey(each, offset, "other");
          if ("edits" in renamed) spans.push(...renamed.edits.map(({ span }) => span));
          hoverTable([each], offset);
          let end = 0;
          for (const { span } of tableTokens(each)) {
            expect(span.start).toBeGreaterThanOrEqual(end);
            expect(text.slice(span.start, span.end)).not.toMatch(/[\r\n]/);
            ({ end } = span);
            spans.push(span);
          }
          for (const { file, start, end } of spans.filter((span) => span.file === each.source.id)) {
            expect([file, start < 0, end < start, end > text.length]).toEqual([each.source.id, false, false, false]);
          }
        }
      },
    ),
    { numRuns: runs(300) },
  );
});

/** In the protocol. */
const server = [fileURLToPath(new URL("../../packages/server/dist/server.js", import.meta.url)), "--stdio"];
const { folder, file } = temporaryFolder("table-files");
const url = (path: string) => pathToFileURL(join(folder, path)).href;

const conf = "table aliases file:/etc/mail/aliases\naction in mbox alias <aliases>\nmatch action in\n";
const text = "# mail\nroot: joe\njoe: bob\n";
const files: Readonly<Record<string, string>> = {
  "fs/etc/mail/smtpd.conf": conf,
  "fs/etc/mail/aliases": text,
  "fs/etc/mail/staff": "ann\n",
  "fs/etc/mail/list": "ann\n",
  "fs/etc/passwd":
    "root:x:0:0::/root:/bin/sh\njoe:x:1000:1000::/home/joe:/bin/sh\nann:x:1001:1001::/home/ann:/bin/sh\nbob:x:1002:1002::/home/bob:/bin/sh\n",
  "fs/home/ann/.forward": "joe\n",
  "fs/srv/.forward": "joe\n",
  "other/aliases": text,
  "types/included": "# more\n",
  "types/aliases": `${text}list: :include:${join(folder, "types/list")}\n`,
  "types/list": "ann\n",
  "types/users": "joe 1:1:/home/joe\n",
  "types/secrets": "joe x\n",
  "types/readme": "nothing\n",
};
const here = (path: string) => join(folder, "types", path);
/** A configuration that names files by their places on this machine. */
const typed = `include "${here("included")}"
table a file:${here("aliases")}
table u file:${here("users")}
table s file:${here("secrets")}
listen on lo auth <s>
action in mbox alias <a> userbase <u>
match action in
`;
for (const [path, content] of Object.entries(files)) file(path, content);

const at = (uri: string, line: number, character: number) => ({
  textDocument: { uri },
  position: { line, character } satisfies Position,
});

/** A client with the folder open, and `fs` as the root. */
const start = (settings: object = { root: "fs" }) => Client.start(server, { folder: url(""), settings });

describe("a file of aliases in an editor", () => {
  test.each([
    ["beside the configuration that is open", true],
    ["of a configuration that is near", false],
  ])("%s", async (_title, isOpen) => {
    const client = await start();
    const { connection } = client;
    if (isOpen) await client.open(url("fs/etc/mail/smtpd.conf"), conf);
    const uri = url("fs/etc/mail/aliases");
    await client.open(uri, `${text}ann: staff`, "smtpd-aliases");

    // What is edited and not saved counts.
    await client.change(uri, `${text}joe: ann\n`);
    const [finding] = await client.pushed(uri, ({ length }) => length === 1);
    expect(finding).toMatchObject({ code: "duplicate-key", range: { start: { line: 3, character: 0 } } });
    await client.change(uri, `${text}ann: ann\n`);
    await client.pushed(uri, ({ length }) => length === 0);

    const definition = await connection.sendRequest(DefinitionRequest.type, at(uri, 1, 7));
    expect(definition).toEqual([{ uri, range: { start: { line: 2, character: 0 }, end: { line: 2, character: 3 } } }]);
    const references = (await connection.sendRequest(ReferencesRequest.type, {
      ...at(uri, 2, 1),
      context: { includeDeclaration: false },
    })) as Location[];
    expect(references.map(({ range }) => range.start)).toEqual([{ line: 1, character: 6 }]);
    const highlights = await connection.sendRequest(DocumentHighlightRequest.type, at(uri, 2, 1));
    expect(highlights).toMatchObject([{ kind: 3 }, { kind: 2 }]);
    const hover = (await connection.sendRequest(HoverRequest.type, at(uri, 2, 1))) as Hover;
    expect(hover.contents).toMatchObject({ value: expect.stringContaining("aliases of the action 'in', line 2") });
    // Where its mail goes is said by the configuration, open or not.
    expect(hover.contents).toMatchObject({ value: expect.stringContaining("**mail `from local to joe`**") });
    const { position } = at(uri, 2, 1);
    const actions = (await connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range: { start: position, end: position },
      context: { diagnostics: [], only: ["source.mail"] },
    })) as CodeAction[];
    expect(actions.map(({ title }) => title)).toEqual(["Trace mail to joe"]);
    const page = await connection.sendRequest(ExecuteCommandRequest.type, actions[0]?.command as Command);
    expect(page).toMatchObject({
      title: "what becomes of mail to joe",
      markdown: expect.stringContaining("RCPT TO:<joe"),
    });
    const prepared = await connection.sendRequest(PrepareRenameRequest.type, at(uri, 1, 7));
    expect(prepared).toEqual({
      range: { start: { line: 1, character: 6 }, end: { line: 1, character: 9 } },
      placeholder: "joe",
    });
    expect(await connection.sendRequest(PrepareRenameRequest.type, at(uri, 0, 3))).toBeNull();
    const edit = await connection.sendRequest(RenameRequest.type, { ...at(uri, 1, 7), newName: "bob" });
    expect(Object.keys(edit?.changes ?? {})).toEqual([uri]);
    expect(edit?.changes?.[uri]?.map(({ range, newText }) => [range.start.line, newText])).toEqual([
      [2, "bob"],
      [1, "bob"],
    ]);
    const refused = connection.sendRequest(RenameRequest.type, { ...at(uri, 0, 3), newName: "bob" });
    await expect(refused).rejects.toThrow("there is no name here");
    const symbols = (await connection.sendRequest(DocumentSymbolRequest.type, {
      textDocument: { uri },
    })) as DocumentSymbol[];
    expect(symbols.map(({ name, detail }) => [name, detail])).toEqual([
      ["root", "joe"],
      ["joe", "bob"],
      ["ann", "ann"],
    ]);
    const items = (await connection.sendRequest(CompletionRequest.type, at(uri, 3, 5))) as CompletionItem[];
    expect(items.map(({ label, detail }) => [label, detail])).toEqual([
      ["root", "an alias"],
      ["joe", "an alias"],
      ["ann", "an alias"],
      ["bob", "a user of the machine, /home/bob"],
    ]);
    const tokens = await connection.sendRequest(SemanticTokensRequest.type, { textDocument: { uri } });
    expect(tokens?.data).toHaveLength(7 * 5);
    // It is no configuration: nothing formats it.
    const options = { tabSize: 2, insertSpaces: true };
    expect(await connection.sendRequest(DocumentFormattingRequest.type, { textDocument: { uri }, options })).toEqual(
      [],
    );
    expect(client.errors).toEqual([]);
    expect(await client.stop()).toBe(0);
  });

  test("an included file is found below the root", async () => {
    const client = await start();
    await client.open(url("fs/etc/mail/smtpd.conf"), conf);
    const uri = url("fs/etc/mail/aliases");
    await client.open(uri, "a: :include:/etc/mail/staff\nb: :include:/etc/mail/none\n", "smtpd-aliases");
    const definition = (line: number) => client.connection.sendRequest(DefinitionRequest.type, at(uri, line, 15));
    expect(await definition(0)).toMatchObject([{ uri: url("fs/etc/mail/staff"), range: { start: { line: 0 } } }]);
    expect(await definition(1)).toEqual([]);
    expect(client.errors).toEqual([]);
    expect(await client.stop()).toBe(0);
  });

  test("also under another type, if a configuration reads it", async () => {
    const client = await start();
    await client.open(url("fs/etc/mail/smtpd.conf"), conf);
    const uri = url("fs/etc/mail/aliases");
    await client.open(uri, `${text}joe: ann\n`, "plaintext");
    expect(await client.pushed(uri, ({ length }) => length === 1)).toMatchObject([{ code: "duplicate-key" }]);
    const hover = (await client.connection.sendRequest(HoverRequest.type, at(uri, 1, 1))) as Hover;
    expect(hover.contents).toMatchObject({ value: expect.stringContaining("**root**") });
    expect(client.errors).toEqual([]);
    expect(await client.stop()).toBe(0);
  });

  test("which no configuration reads gets nothing", async () => {
    const client = await start();
    const { connection } = client;
    const uri = url("other/aliases");
    await client.open(uri, `${text}joe: ann\n`, "smtpd-aliases");
    await client.open(url("fs/etc/mail/smtpd.conf"), `${conf}x\n`);
    // By then something would have been said of the other.
    await client.pushed(url("fs/etc/mail/smtpd.conf"), ({ length }) => length > 0);
    await expect(client.pushed(uri, () => true, 1)).rejects.toThrow();
    const report = await connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
    expect(report).toMatchObject({ kind: "full", items: [] });
    expect(await connection.sendRequest(HoverRequest.type, at(uri, 1, 1))).toBeNull();
    expect(await connection.sendRequest(CompletionRequest.type, at(uri, 1, 6))).toEqual([]);
    expect(await connection.sendRequest(DefinitionRequest.type, at(uri, 1, 7))).toEqual([]);
    expect(await connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } })).toEqual([]);
    expect(await connection.sendRequest(SemanticTokensRequest.type, { textDocument: { uri } })).toEqual({ data: [] });
    const flow = await connection.sendRequest("smtpdlint/page", {
      command: "smtpdlint.showMailFlow",
      arguments: [uri],
    });
    expect(flow).toMatchObject({ title: "open a configuration first" });
    expect(await connection.sendRequest(FoldingRangeRequest.type, { textDocument: { uri } })).toBeNull();
    const positions = [{ line: 0, character: 0 }];
    expect(await connection.sendRequest(SelectionRangeRequest.type, { textDocument: { uri }, positions })).toBeNull();
    expect(client.errors).toEqual([]);
    expect(await client.stop()).toBe(0);
  });

  test("a client that gives files their types can ask for them", async () => {
    const client = await start({});
    await client.open(url("types/smtpd.conf"), typed);
    const uris = ["included", "aliases", "list", "users", "secrets", "readme"].map((name) => url(`types/${name}`));
    const found = await client.connection.sendRequest("smtpdlint/languages", { uris: [...uris, url("other/aliases")] });
    expect(found).toEqual({
      [url("types/included")]: "smtpd-conf",
      [url("types/aliases")]: "smtpd-aliases",
      [url("types/list")]: "smtpd-forward",
      [url("types/users")]: "smtpd-table",
      [url("types/secrets")]: "smtpd-table",
    });
    expect(client.errors).toEqual([]);
    expect(await client.stop()).toBe(0);
  });

  /** A file with a bad member, the finding, the fix that is offered there, and the text after it. */
  test.each([
    [
      "aliases",
      "fs/etc/mail/aliases",
      "root: joe\nstaff: ann bob\n",
      "refused-recipient",
      "Put commas between the recipients",
      "root: joe\nstaff: ann, bob\n",
    ],
    [
      "a file that an alias includes",
      "fs/etc/mail/list",
      "ann, = bob\n",
      "unreadable-member",
      "Remove '='",
      "ann, bob\n",
    ],
    [
      "a .forward",
      "fs/home/ann/.forward",
      '\\ann, "joe@example.org"\n',
      "unreadable-member",
      "Remove the quotes",
      "\\ann, joe@example.org\n",
    ],
  ])("a bad member in %s has a fix", async (_title, path, before, code, title, after) => {
    const client = await start();
    const { connection } = client;
    await client.open(url("fs/etc/mail/smtpd.conf"), conf);
    await client.open(url("fs/etc/mail/aliases"), "root: joe\nall: :include:/etc/mail/list\n", "smtpd-aliases");
    const uri = url(path);
    if (path.endsWith("aliases")) await client.change(uri, before);
    else await client.open(uri, before, "plaintext");
    const found = await client.pushed(uri, ({ length }) => length > 0);
    expect(found.map((one) => one.code)).toEqual([code]);
    const { range } = found[0] as Diagnostic;
    const actions = (await connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range,
      context: { diagnostics: [...found], only: ["quickfix"] },
    })) as CodeAction[];
    expect(actions.map((action) => action.title).slice(0, 2)).toEqual([title, `Suppress ${code} on this line`]);
    const document = TextDocument.create(uri, "plaintext", 1, before);
    expect(TextDocument.applyEdits(document, actions[0]?.edit?.changes?.[uri] ?? [])).toBe(after);
    await client.change(uri, after);
    await client.pushed(uri, ({ length }) => length === 0);
    // What is not on the disk goes with the document.
    await client.change(uri, before);
    await client.pushed(uri, ({ length }) => length === 1);
    await client.close(uri);
    const last = () => client.published.findLast((one) => one.uri === uri)?.diagnostics;
    await expect.poll(last).toEqual([]);
    expect(client.errors).toEqual([]);
    expect(await client.stop()).toBe(0);
  });

  test("the .forward of a user, and not that of nobody", async () => {
    const client = await start();
    const { connection } = client;
    for (const [path, isRead] of [
      ["fs/home/ann/.forward", true],
      ["fs/srv/.forward", false],
    ] as const) {
      const uri = url(path);
      await client.open(uri, "joe\n", "plaintext");
      const definition = await connection.sendRequest(DefinitionRequest.type, at(uri, 0, 1));
      const entry = { start: { line: 2, character: 0 }, end: { line: 2, character: 3 } };
      expect(definition).toEqual(isRead ? [{ uri: url("fs/etc/mail/aliases"), range: entry }] : []);
      const items = (await connection.sendRequest(CompletionRequest.type, at(uri, 0, 0))) as CompletionItem[];
      expect(items.map(({ label }) => label)).toEqual(isRead ? ["root", "joe", "ann", "bob"] : []);
      const hover = (await connection.sendRequest(HoverRequest.type, at(uri, 0, 1))) as Hover | null;
      if (isRead)
        expect(hover?.contents).toMatchObject({ value: expect.stringContaining("**mail `from local to joe`**") });
      else expect(hover).toBeNull();
      const { position } = at(uri, 0, 1);
      const actions = (await connection.sendRequest(CodeActionRequest.type, {
        textDocument: { uri },
        range: { start: position, end: position },
        context: { diagnostics: [], only: ["source.mail"] },
      })) as CodeAction[];
      expect(actions.map(({ title }) => title)).toEqual(isRead ? ["Trace mail to joe"] : []);
      // What nothing is known of is not taken for a configuration.
      const page = { command: "smtpdlint.traceMail", arguments: [uri, "to joe"] };
      expect(await connection.sendRequest("smtpdlint/page", page)).toMatchObject({
        title: isRead ? "what becomes of mail to joe" : "open a configuration first",
      });
    }
    expect(client.errors).toEqual([]);
    expect(await client.stop()).toBe(0);
  });
});
