import { applyEdits } from "@smtpdlint/grammar";
import { codeActions, loadSnippets, refactorings, setUps } from "@smtpdlint/ide";
import { analyse } from "@smtpdlint/lint";
import { blindHost } from "@smtpdlint/model";
import { describe, expect, test } from "vitest";
import { readMarked } from "./marked.ts";

/** Everything that is offered at the cursor of a text: a title for each, and the text after it. */
function offered(text: string): Map<string, string> {
  const { view, offset } = readMarked(text);
  const actions = [...codeActions(view, offset, offset), ...refactorings(view, offset, offset)];
  return new Map(actions.map(({ title, edits }) => [title, applyEdits(text.replace("$0", ""), edits)]));
}

const refused = (text: string) =>
  analyse("x", text, blindHost).diagnostics.filter(({ category }) => category === "refused");

/** A text with a cursor, all that is offered but the documentation, the text after the first, and what smtpd still refuses. */
const cases: readonly (readonly [what: string, text: string, titles: readonly string[], after: string])[] = [
  [
    "a table that is missing",
    "match from any for domain <the$0m> reject\n",
    ["Add table 'them' with entries", "Add table 'them' from a file"],
    'table them { "VALUE" }\nmatch from any for domain <them> reject\n',
  ],
  ...[
    ["mbox alias", "aliases"],
    ["mbox virtual", "t"],
    ["mbox userbase", "t"],
    ["relay host smtps://x@mx.example.org auth", "t"],
  ].map(
    ([words, file]) =>
      [
        `a file for '${words}'`,
        `action a ${words} <t$0>\nmatch for any action a\n`,
        ["Add table 't' from a file", "Add table 't' with entries"],
        `table t file:/etc/mail/${file}\naction a ${words} <t>\nmatch for any action a\n`,
      ] as const,
  ),
  [
    "a file for logins",
    "pki p cert c\npki p key k\nlisten on lo tls-require pki p auth <t$0>\nmatch reject\n",
    ["Add table 't' from a file", "Add table 't' with entries"],
    "pki p cert c\npki p key k\ntable t file:/etc/mail/t\nlisten on lo tls-require pki p auth <t>\nmatch reject\n",
  ],
  [
    "a mapping that is usually short",
    "table sources { 192.0.2.1 }\naction a relay src <sources> helo-src <t$0>\nmatch for any action a\n",
    ["Add table 't' with entries", "Add table 't' from a file"],
    'table sources { 192.0.2.1 }\ntable t { "KEY" = "VALUE" }\naction a relay src <sources> helo-src <t>\nmatch for any action a\n',
  ],
  [
    "an action for local mail",
    "match for local action $0x\n",
    ["Add action 'x' with mbox", "Add action 'x' with relay"],
    "action x mbox\nmatch for local action x\n",
  ],
  [
    "an action for mail that goes out",
    "match for any action $0x\n",
    ["Add action 'x' with relay", "Add action 'x' with mbox"],
    "action x relay\nmatch for any action x\n",
  ],
  [
    "a definition below its use, with its comment and what it needs",
    "# for us\nmatch for local action $0x\n\ntable other { a }\n# names\ntable t { a = b }\n# to mailboxes\naction x mbox alias <t> # so\n",
    ["Move action 'x' above its first use"],
    "# names\ntable t { a = b }\n# to mailboxes\naction x mbox alias <t> # so\n# for us\nmatch for local action x\n\ntable other { a }\n",
  ],
  [
    "a listener without a certificate",
    "listen on lo port 587 tls-req$0uire auth\nmatch reject\n",
    ["Add pki 'mail.example.org' with a certificate"],
    'pki mail.example.org cert "/etc/ssl/mail.example.org.crt"\npki mail.example.org key "/etc/ssl/private/mail.example.org.key"\nlisten on lo port 587 tls-require pki mail.example.org auth\nmatch reject\n',
  ],
  [
    "a pki with two lines, above the first of its uses",
    'listen on lo tls pki p\nlisten on lo port 587 tls pki $0p\nmatch reject\npki p cert "c"\npki p key "k"',
    ["Move pki 'p' above its first use"],
    'pki p cert "c"\npki p key "k"\nlisten on lo tls pki p\nlisten on lo port 587 tls pki p\nmatch reject\n',
  ],
  [
    "a filter",
    "listen on lo filter rsp$0amd\nmatch reject\n",
    ["Add filter 'rspamd'"],
    'filter rspamd proc-exec "filter-rspamd"\nlisten on lo filter rspamd\nmatch reject\n',
  ],
  [
    "a filter of a chain with a similar name",
    "filter c chain { c2$0 }\nlisten on lo filter c\nmatch reject\n",
    ["Add filter 'c2'"],
    'filter c2 proc-exec "filter-c2"\nfilter c chain { c2 }\nlisten on lo filter c\nmatch reject\n',
  ],
  [
    "a process",
    "filter f proc p$0\nlisten on lo filter f\nmatch reject\n",
    ["Add proc 'p'"],
    'proc p "COMMAND"\nfilter f proc p\nlisten on lo filter f\nmatch reject\n',
  ],
  [
    "a wrapper",
    "action a mbox wrapper w$0\nmatch for any action a\n",
    ["Add wrapper 'w'"],
    'mda wrapper w "COMMAND %{mda}"\naction a mbox wrapper w\nmatch for any action a\n',
  ],
  [
    "a pki",
    "listen on lo tls pki mx$0.example.org\nmatch reject\n",
    ["Add pki 'mx.example.org'"],
    'pki mx.example.org cert "/etc/ssl/mx.example.org.crt"\npki mx.example.org key "/etc/ssl/private/mx.example.org.key"\nlisten on lo tls pki mx.example.org\nmatch reject\n',
  ],
  [
    "a table that nothing uses",
    "listen on lo\ntable t$0 { a } # old\nmatch reject\n",
    ["Remove table 't'", "Suppress unused-table on this line"],
    "listen on lo\nmatch reject\n",
  ],
  [
    "a pki that nothing uses, with both of its lines",
    'pki p$0 cert "c"\nlisten on lo\npki p key "k"\nmatch reject\n',
    ["Remove pki 'p'", "Suppress unused-pki on this line"],
    "listen on lo\nmatch reject\n",
  ],
  [
    "a rule that no message reaches",
    "match for any reject\nmatch for domain $0a.org \\\n  reject\n",
    ["Remove this rule", "Suppress unreachable-match on this line"],
    "match for any reject\n",
  ],
  [
    "a list",
    'match from any for domain { a.org, "b$0.org" } reject\n',
    ["Extract to a table"],
    'table table1 { a.org, "b.org" }\nmatch from any for domain <table1> reject\n',
  ],
  [
    "a list where names are taken",
    "table table1 { x }\naction a mbox alias { root =$0 joe }\nmatch for domain <table1> action a\n",
    ["Extract to a table"],
    "table table1 { x }\ntable table2 { root = joe }\naction a mbox alias <table2>\nmatch for domain <table1> action a\n",
  ],
  [
    "a text that is there twice",
    'action o relay host mx.example.org helo "mx.ex$0ample.org"\nmatch for any action o\n',
    ["Extract 2 occurrences of 'mx.example.org' to a macro"],
    'name1 = "mx.example.org"\naction o relay host $name1 helo $name1\nmatch for any action o\n',
  ],
];

test.each(cases)("%s", (_, text, titles, after) => {
  const found = offered(text);
  expect([...found.keys()].filter((title) => !title.startsWith("Show the documentation"))).toEqual(titles);
  expect(found.get(titles[0] as string)).toBe(after);
  expect(refused(after)).toEqual([]);
});

describe("there is nothing to extract from", () => {
  test.each([
    ["a text that is there once", "listen on et$0h0\nmatch reject\n"],
    ["a name", "action ou$0t relay\nmatch for any action out\nmatch from any for any action out\n"],
    ["a text that smtpd would read anew", 'include "/etc/$0x"\ninclude "/etc/x"\n'],
    ["a table that has a name", "table t { a$0 }\nmatch for domain <t> reject\n"],
    ["a reserved word", 'match tag "rel$0ay" tag "relay" reject\n'],
  ])("%s", (_, text) => {
    const { view, offset } = readMarked(text);
    expect(refactorings(view, offset, offset).map(({ title }) => title)).toEqual([]);
  });
});

test("a finding for which smtpd refuses the file cannot be suppressed, any other can", () => {
  expect([...offered("listen on lo p$0rot 25\nmatch reject\n").keys()]).toEqual([
    "Change to 'port'",
    "Show the documentation of misspelt-word",
  ]);
  expect([...offered("listen on lo port 465$0 tls-require\nmatch reject\n").keys()]).not.toContain(
    "Suppress listener-tls-without-pki on this line",
  );
  expect(offered("table t$0 { a }\nmatch reject\n").get("Suppress unused-table on this line")).toBe(
    "# smtpdlint-disable-next-line unused-table -- REASON\ntable t { a }\nmatch reject\n",
  );
});

test("a filter that needs itself is not moved above itself", () => {
  const text = "listen on lo filter b\nmatch reject\nfilter b chain { c }\nfilter c chain { b, $0c }\n";
  expect([...offered(text).keys()].filter((title) => title.startsWith("Move"))).toEqual([]);
});

test("what mends comes before what silences", () => {
  const titles = [...offered("match for any reject\nmatch for$0 domain a.org action undefined\n").keys()];
  const kinds = titles.map((title) => /^(Suppress|Show)/.test(title));
  expect(kinds).toEqual(kinds.toSorted((a, b) => Number(a) - Number(b)));
});

test("an editor with links to pages is not offered them again", () => {
  const { view, offset } = readMarked("table t$0 { a }\nmatch reject\n");
  expect(codeActions(view, offset, offset, { pages: false }).map(({ title }) => title)).toEqual([
    "Remove table 't'",
    "Suppress unused-table on this line",
  ]);
});

/** What is read of a text: the statements with their parts. */
const meaning = (text: string) => {
  const { model } = analyse("x", text, blindHost);
  const without = (key: string, value: unknown) =>
    ["span", "index", "macro", "lineBreaks"].includes(key) ? undefined : value;
  return JSON.stringify(
    model.config.statements.filter(({ kind }) => kind !== "macro"),
    without,
  );
};

/** Each is a text with a cursor, and what is left of it, or nothing where the macro stays. */
const inlined: readonly (readonly [what: string, text: string, after: string | undefined])[] = [
  [
    "a word, from its use",
    'net = "10.0.0.0/8"\nmatch from src $n$0et for any reject\n',
    "match from src 10.0.0.0/8 for any reject\n",
  ],
  [
    "a word, from its definition",
    "n$0et = eth0\nlisten on $net\nlisten on $net port 587\n",
    "listen on eth0\nlisten on eth0 port 587\n",
  ],
  [
    "a list",
    'd = "{ a.org, b.org }"\nmatch from any for domain $d$0 reject\n',
    "match from any for domain { a.org, b.org } reject\n",
  ],
  [
    "words of the language",
    'o = "tls auth"\npki p cert c\npki p key k\nlisten on lo port 587 $o$0 pki p\n',
    "pki p cert c\npki p key k\nlisten on lo port 587 tls auth pki p\n",
  ],
  [
    "in a list",
    't = "a.org"\ntable d { $t$0, b.org }\nmatch for domain <d> reject\n',
    "table d { a.org, b.org }\nmatch for domain <d> reject\n",
  ],
  ["one that is defined twice", "n = lo\nn = eth0\nlisten on $n$0\n", undefined],
  ["one with quotes in it", `c = 'a "b"'\naction x mda $c$0\nmatch for any action x\n`, undefined],
  ["one with a text right behind it", "h = mail\nlisten on lo hostname $h$0.example.org\n", undefined],
  ["one that nobody uses", "n$0 = lo\nlisten on lo\n", undefined],
];

test.each(inlined)("a macro is inlined: %s", (_, text, after) => {
  const found = [...offered(text)].filter(([title]) => title.startsWith("Inline macro"));
  expect(found.map(([, changed]) => changed)).toEqual(after === undefined ? [] : [after]);
  for (const [, changed] of found) expect(meaning(changed)).toBe(meaning(text.replace("$0", "")));
});

describe("a file without a statement", async () => {
  const snippets = await loadSnippets();
  const begun = (text: string) => setUps(readMarked(text).view, snippets);

  test.each(["$0", "# mail for example.org$0", "\n\n$0"])("is begun with a set-up: %j", (text) => {
    const actions = begun(text);
    expect(actions.map(({ title }) => title.split(":")[0])).toContain("Begin with 'mail server'");
    const plain = text.replace("$0", "");
    for (const { edits } of actions) {
      const after = applyEdits(plain, edits);
      expect(after.startsWith(plain)).toBe(true);
      expect(refused(after).filter(({ rule }) => rule !== "invalid-srs-key")).toEqual([]);
    }
  });

  test("only as long as there is none", () => {
    expect(begun("listen on lo$0\n")).toEqual([]);
    expect(begun("lis$0\n")).toEqual([]);
    expect(begun('include "a.conf"\n--- /etc/mail/a.conf\n$0')).toEqual([]);
  });
});
