import { applyEdits, parse, type Release } from "@smtpdlint/grammar";
import { type Completion, complete, defaultText, loadSnippets } from "@smtpdlint/ide";
import { analyse } from "@smtpdlint/lint";
import { blindHost } from "@smtpdlint/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../helpers/random.ts";
import { readMarked } from "./marked.ts";

const folders: Readonly<Record<string, readonly string[]>> = {
  "": ["conf.d/", "more.conf"],
  "/etc/mail/": ["aliases", "domains", "dkim/"],
};

const snippets = await loadSnippets();
const options = { snippets: [], replaces: true, list: (folder: string) => folders[folder] ?? [] };

function at(text: string, target?: Release): readonly Completion[] {
  const { view, offset } = readMarked(text, target);
  return complete(view, offset, options);
}

const labels = (text: string, target?: Release) => at(text, target).map(({ label }) => label);

/** The text after the completion of this label was taken. */
function taking(text: string, label: string): string {
  const { view, offset } = readMarked(text);
  const plain = view.model.sources.files[view.file]?.text ?? "";
  const item = complete(view, offset, options).find((one) => one.label === label);
  if (!item) throw new Error(`${label} is not offered`);
  const { start } = item.span;
  expect(start).toBeLessThanOrEqual(offset);
  expect(item.span.end).toBeGreaterThanOrEqual(offset);
  return applyEdits(plain, [{ span: item.span, text: item.text }]);
}

describe("words", () => {
  test.each([
    ["a statement", "$0", ["action", "listen", "match", "table"], ["from", "relay", "tls"]],
    ["a half-typed statement", "ma$0", ["match"], ["from"]],
    ["after a whole line", "match reject\n$0", ["match"], ["from"]],
    ["after a comment", "match reject # or not\n# so\n$0", ["match"], ["from"]],
    ["a line above others", "$0\nmatch from any reject", ["match"], ["from"]],
    ["a condition", "match $0", ["from", "for", "tag", "reject", "action"], ["any", "match"]],
    ["a condition on a continuation line", "match \\\n  $0", ["from"], ["match"]],
    ["a condition that is there", "match from any $0", ["for"], ["from"]],
    ["after a slip", "match form any $0", ["for", "reject"], ["any"]],
    ["a subject", "match from $0", ["any", "local", "socket", "src", "rdns"], ["domain", "for"]],
    ["a subject, typed in part", "match for d$0", ["domain"], ["src"]],
    ["a subject before others", "match from $0 for any reject", ["any"], ["for"]],
    ["a method", "action x $0", ["maildir", "relay"], ["alias", "host"]],
    ["options of local delivery", "action x mbox $0", ["alias", "virtual", "userbase", "ttl"], ["host", "junk"]],
    ["options that exclude others", "action x maildir alias <a> $0", ["userbase"], ["alias", "virtual"]],
    ["nothing after ttl", "action x mbox ttl 4d $0", [], ["alias", "ttl"]],
    ["no login without a host", "action x relay $0", ["host", "tls"], ["auth"]],
    ["a login at a host", "action x relay host a.example $0", ["auth"], ["host", "domain", "backup"]],
    ["options of a listener", "listen on lo0 tls $0", ["port", "pki", "auth"], ["tls", "smtps", "no-verify"]],
    ["a second certificate", "listen on lo0 pki a $0", ["pki"], []],
    ["options of the socket", "listen on socket $0", ["filter", "tag"], ["tls", "port"]],
    ["a phase", "filter f phase $0", ["connect", "commit"], ["starttls", "data-line"]],
    ["what a filter can know", "filter f phase connect match $0", ["rdns", "src"], ["rcpt-to", "mail-from"]],
    ["what a filter can do", "filter f phase commit match fcrdns $0", ["reject"], ["junk", "bypass"]],
  ])("%s", (_title, text, some, none) => {
    const found = labels(text);
    expect(found).toEqual(expect.arrayContaining(some));
    expect(found.filter((label) => none.includes(label))).toEqual([]);
  });

  test("are those of the target", () => {
    expect(labels("match from $0", "6.4")).not.toContain("rdns");
    expect(labels("match from $0", "6.6")).toContain("rdns");
    expect(labels("listen on lo0 pki a $0", "6.8")).not.toContain("pki");
    expect(labels("$0", "6.4")).not.toContain("filter");
  });

  test.each([
    ["$0", ["match", "action", "listen", "table"]],
    ["match $0", ["from", "for", "action", "reject"]],
    ["match from $0", ["any", "local", "auth", "src"]],
    ["match from any for $0", ["any", "domain", "local", "rcpt-to"]],
    ["match from any for any $0", ["action", "reject"]],
    ["pki x $0", ["cert", "key"]],
    ["listen on lo $0", ["port", "tls", "tls-require", "smtps", "pki", "auth"]],
    ["action x $0", ["relay", "mbox", "maildir"]],
    ["action x relay $0", ["host", "tls", "helo", "src"]],
  ])("after '%s' come in the order of their use", (text, first) => {
    const words = at(text).filter(({ kind }) => kind === "keyword");
    const sorted = words.toSorted((a, b) => a.rank - b.rank || (a.label < b.label ? -1 : 1));
    expect(sorted.slice(0, first.length).map(({ label }) => label)).toEqual(first);
  });

  test.each([
    ["relays among domains", "match from any for domain {$0"],
    ["relays in a list of domains", "match from any for domain { $0 } reject"],
    ["tables in a URL", "table t { a }\naction x relay host smtps://$0"],
    ["tables behind a URL", "table t { a }\naction x relay host smtps://a$0"],
  ])("are no %s", (_, text) => {
    expect(at(text).filter(({ kind }) => kind === "value" || kind === "name")).toEqual([]);
  });

  test("come with their syntax and help", () => {
    const item = at("queue $0").find(({ label }) => label === "ttl");
    expect([item?.detail, item?.documentation?.()]).toEqual([
      "queue ttl DELAY",
      expect.stringContaining("default: 4d"),
    ]);
  });

  test("are not offered in quotes, nor after them", () => {
    expect(labels('match from any for domain "f$0')).toEqual([]);
    expect(labels('match from any for domain "f"$0')).toEqual([]);
  });
});

describe("names", () => {
  const base = `
table list { a }
table mapping { a = b }
table secrets file:/nowhere
pki Mail.Example cert "/c"
ca root cert "/c"
action "in" mbox
action out relay
proc p "/bin/p"
filter one phase connect match fcrdns junk
filter two proc p
filter both chain { one, two }
mda wrapper wrap "/bin/w"
listen on lo0 tag inside
`;
  test.each([
    ["actions", "match reject\nmatch action $0", ["in", "out"]],
    ["lists", "match for domain <$0", ["list", "secrets"]],
    ["mappings", "action x mbox alias <$0", ["mapping", "secrets"]],
    ["mappings and lists", "match auth <$0", ["list", "mapping", "secrets"]],
    ["procs", "filter x proc $0", ["p"]],
    ["filters", "listen on lo0 filter $0", ["one", "two", "both"]],
    ["filters of a chain, once and no chains", "filter x chain { one, $0", ["two"]],
    ["wrappers", "action x mbox wrapper $0", ["wrap"]],
    ["certificates, as smtpd finds them", "listen on lo0 pki $0", ["mail.example"]],
    ["authorities", "listen on lo0 ca $0", ["root"]],
    ["tags", "match tag $0", ["inside"]],
    ["tags in braces", "match tag { $0", ["inside"]],
  ])("%s", (_title, line, expected) => {
    const found = at(base + line).filter(({ kind }) => kind === "name");
    const bare = found.map(({ label }) => label).filter((label) => !label.startsWith("<"));
    expect(bare).toEqual(expected);
  });

  test("must stand above", () => {
    const text = "action a mbox\nmatch action $0\naction b mbox\n";
    expect(labels(text)).toEqual(["a"]);
  });

  test("of files that are included above", () => {
    const text = 'include "a.conf"\naction two mbox\nmatch action $0\n--- /etc/mail/a.conf\naction one mbox\n';
    expect(labels(text)).toEqual(["one", "two"]);
  });

  test("of the file that includes this one", () => {
    const text = 'action one mbox\ninclude "a.conf"\naction two mbox\n--- /etc/mail/a.conf\nmatch action $0\n';
    expect(labels(text)).toEqual(["one"]);
  });

  test("that others miss", () => {
    expect(labels("action $0\nmatch action out")).toEqual(["out"]);
    expect(labels("table $0\nmatch for domain <d> reject")).toEqual(["d"]);
  });

  test("come with their definition and comment", () => {
    const [item] = at("# To the world\naction out relay\nmatch action $0");
    expect([item?.detail, item?.documentation?.()]).toEqual([
      "action out relay",
      expect.stringContaining("To the world"),
    ]);
  });

  test.each([
    ['action "in" mbox\nmatch action $0', "in", 'action "in" mbox\nmatch action "in"'],
    ["action in mbox\nmatch action i$0", "in", "action in mbox\nmatch action in"],
    ['action "in" mbox\nmatch action i$0', "in", 'action "in" mbox\nmatch action in'],
    ['action "in" mbox\nmatch action "$0"', "in", 'action "in" mbox\nmatch action "in"'],
    ['action "in" mbox\nmatch action "i$0', "in", 'action "in" mbox\nmatch action "in"'],
    ["action old mbox\nmatch action o$0ops", "old", "action old mbox\nmatch action old"],
    ['action "a b" mbox\nmatch action a$0', "a b", 'action "a b" mbox\nmatch action "a b"'],
    ['table "any" { a }\nmatch tag <$0', "any", 'table "any" { a }\nmatch tag <"any">'],
    ["table t { a }\nmatch tag <$0> reject", "t", "table t { a }\nmatch tag <t> reject"],
    ["table t { a }\nmatch tag t$0", "<t>", "table t { a }\nmatch tag <t>"],
    ["table t { a }\nmatch tag $0", "<t>", "table t { a }\nmatch tag <t>"],
  ])("are written as they must be: %s", (text, label, expected) => {
    expect(taking(text, label)).toBe(expected);
  });
});

describe("behind a space that nobody has asked at", () => {
  const unasked = (text: string) => {
    const { view, offset } = readMarked(text);
    return complete(view, offset, { ...options, snippets, isUnasked: true }).map(({ label }) => label);
  };
  test.each([
    ["the line cannot end yet", "match $0", "from"],
    ["a value is missing", "action out relay\nmatch from any for any action $0", "out"],
    ["a place to listen is missing", "listen on $0", "0.0.0.0"],
    ["others follow", "match from any $0\nmatch for any reject", "for"],
    ["a comment of ours goes on", "# smtpdlint-disable-next-line $0", "open-relay"],
  ])("there is a list where %s", (_, text, label) => {
    expect(unasked(text)).toContain(label);
  });
  test("names are as they will be typed, without the quotes of their definition", () => {
    const { view, offset } = readMarked('action "in" mbox\nmatch from any for any action $0');
    expect(complete(view, offset, { ...options, isUnasked: true }).map(({ text }) => text)).toEqual(["in"]);
  });
  test.each([
    ["nothing is there", "  $0"],
    ["the line may end", "listen on lo $0"],
    ["the statement is whole", "match from any for any reject $0"],
    ["more follows in the line", "match from any $0for any reject"],
    ["a list may go on below", "table t { a, $0"],
    ["a text is open", 'match from any mail-from "a $0'],
    ["a comment says something", "# match $0"],
  ])("there is none where %s", (_, text) => {
    expect(unasked(text)).toEqual([]);
  });
});

test.each([
  ["table t { a }\nmatch tag <$0>", "t"],
  ['table t { a }\nmatch tag <"$0">', "t"],
  ['table t { a }\nmatch tag <"$0"', "t"],
  ['action "in" mbox\nmatch action "$0"', "in"],
  ['include "$0"', "more.conf"],
  ['smtp limit "$0"', "max-rcpt"],
])("the cursor gets behind what the editor has closed: %s", (text, label) => {
  const { view, offset } = readMarked(text);
  const plain = view.model.sources.files[view.file]?.text ?? "";
  const item = complete(view, offset, options).find((one) => one.label === label);
  expect(item?.span.end).toBe(plain.length);
  expect(item?.text).toMatch(/[">]$/);
});

test.each([
  ["table t { a }\nmatch tag <$0>", "t", "t"],
  ['table t { a }\nmatch tag <"$0">', "t", "t"],
  ["table t { a }\nmatch tag <$0", "t", "t>"],
  ['action "in" mbox\nmatch action "$0"', "in", "in"],
  ['include "$0"', "more.conf", "more.conf"],
])("a client that only inserts does not get twice what is there: %s", (text, label, expected) => {
  const { view, offset } = readMarked(text);
  const item = complete(view, offset, { ...options, replaces: false }).find((one) => one.label === label);
  expect(item).toMatchObject({ text: expected, span: { end: offset } });
});

test.each([
  ['include "$0"', "conf.d/"],
  ['table t "$0"', "file:"],
  ['table t "file:$0"', "file:/etc/mail/"],
  ['action x relay host "$0"', "smtps://"],
])("what goes on stays in the quotes: %s", (text, label) => {
  const { view, offset } = readMarked(text);
  const item = complete(view, offset, options).find((one) => one.label === label);
  expect(item?.span.end).toBe(offset);
  expect(item?.text).toBe(label);
});

describe("macros", () => {
  test("stand for anything", () => {
    const [item] = at("if = lo0\nlisten on $$0");
    expect(item).toMatchObject({ label: "$if", detail: "lo0" });
    expect(taking("if = lo0\nlisten on $i$0", "$if")).toBe("if = lo0\nlisten on $if");
  });

  test("are offered where a value may stand, also by their names", () => {
    expect(taking("lan = 10.0.0.0\nmatch from src l$0", "$lan")).toBe("lan = 10.0.0.0\nmatch from src $lan");
    expect(taking("if = lo0\nlisten on $0 tls", "$if")).toBe("if = lo0\nlisten on $if tls");
    const [first, last] = [at("if = lo0\nlisten on $0").at(0), at("if = lo0\nlisten on $0").at(-1)];
    expect([first?.label, last?.label, last?.filter]).toEqual(["0.0.0.0", "$if", "if"]);
    const noValues = [
      "$0",
      "match $0",
      "action $0",
      "table $0",
      "listen on lo tls $0",
      'listen on "$0"',
      "match tag <$0",
    ];
    for (const text of noValues) {
      expect(labels(`if = lo0\n${text}`)).not.toContain("$if");
    }
  });

  test("are known from their definition on, and only outside quotes and words", () => {
    expect(labels("listen on $$0\nif = lo0")).toEqual([]);
    expect(labels('if = lo0\nlisten on "$$0"')).not.toContain("$if");
    expect(labels("if = lo0\nlisten on a$$0")).not.toContain("$if");
  });
});

describe("values", () => {
  test.each([
    ["schemes of relays", "action x relay host $0", ["smtp+tls://", "smtps://", "lmtp://"]],
    ["programs of filters", 'filter x proc-exec "$0"', ["filter-rspamd", "filter-dkimsign"]],
    ["programs of filters, without quotes", "proc x fil$0", ["filter-rspamd"]],
    ["folders of certificates", "pki x cert $0", ["/etc/ssl/"]],
    ["folders of keys", 'pki x key "$0"', ["/etc/ssl/private/"]],
    ["limits", "smtp limit $0", ["max-mails", "max-rcpt"]],
    ["limits after others", "mta limit max-conn-per-host 1 task$0", ["task-hiwat", "inet4"]],
    ["defaults of limits", "smtp limit max-rcpt $0", ["1000"]],
    ["defaults", "queue ttl $0", ["4d"]],
    ["parameters of pki", "pki x dhe $0", ["auto", "legacy", "none"]],
    ["ports", "listen on lo0 port $0", ["587", "submission", "smtps"]],
    ["interfaces", "listen on em0 tls pki a\nlisten on $0", ["em0", "0.0.0.0", "::", "localhost", "socket"]],
    ["backends", "table t $0", ["file:"]],
    ["files", 'include "$0"', ["conf.d/", "more.conf"]],
    ["files of tables", "table t file:/etc/mail/$0", ["aliases", "dkim/"]],
    ["the beginnings of their paths, which are absolute", "table t file:$0", ["file:/etc/mail/", "file:/"]],
    ["specifiers", 'action x mda "/bin/m %{$0"', ["%{user.username}", "%{rcpt}"]],
    ["modifiers of a specifier", 'action x mda "/bin/m %{user.username:$0"', ["lowercase", "strip", "raw"]],
    ["another modifier", 'mda wrapper w "/bin/m %{mda:raw|$0}"', ["lowercase"]],
    ["versions of TLS", "listen on lo tls protocols $0", ["tlsv1.3", "secure"]],
    ["another version of TLS", 'action x relay protocols "tlsv1.2, !$0"', ["tlsv1.3"]],
    ["specifiers of a wrapper", 'mda wrapper w "/bin/m %$0"', ["%{mda}"]],
  ])("%s", (_title, text, expected) => {
    expect(labels(text)).toEqual(expect.arrayContaining(expected));
  });

  test.each([
    ["table t file:$0", ["file:/etc/mail/", "file:/"]],
    ["listen on lo port $0", ["25", "587", "465", "submission", "submissions"]],
    ["action x relay host $0", ["smtp+tls://", "smtps://", "smtp://", "smtp+notls://", "lmtp://"]],
  ])("in the order of their use: %s", (text, expected) => {
    const values = at(text).filter(({ kind }) => kind === "value" || kind === "folder");
    expect(values.toSorted((a, b) => a.rank - b.rank).map(({ label }) => label)).toEqual(expected);
  });

  test("only a wrapper knows its command", () => {
    expect(labels('action x mda "%{$0"')).not.toContain("%{mda}");
  });

  test.each([
    ['include "m$0"', "more.conf", 'include "more.conf"'],
    ['include "m$0', "more.conf", 'include "more.conf"'],
    ['include "c$0', "conf.d/", 'include "conf.d/'],
    ["include m$0", "more.conf", "include more.conf"],
    ["include /etc/mail/d$0", "domains", 'include "/etc/mail/domains"'],
    ["table t file:/etc/mail/al$0", "aliases", "table t file:/etc/mail/aliases"],
    ['table t "/etc/mail/al$0"', "aliases", 'table t "/etc/mail/aliases"'],
    ['action x mda "m %{se$0}"', "%{sender}", 'action x mda "m %{sender}"'],
    ['action x mda "m %{se$0"', "%{sender}", 'action x mda "m %{sender}"'],
    ['action x mda "m %{rcpt:l$0}"', "lowercase", 'action x mda "m %{rcpt:lowercase}"'],
    ['action x maildir "m/%{rcpt:raw|u$0', "uppercase", 'action x maildir "m/%{rcpt:raw|uppercase'],
    ["listen on lo tls protocols tl$0", "tlsv1.2", "listen on lo tls protocols tlsv1.2"],
    ['listen on lo tls protocols "tl$0"', "tlsv1.2", 'listen on lo tls protocols "tlsv1.2"'],
    ['listen on lo tls protocols "tlsv1.2,t$0"', "tlsv1.3", 'listen on lo tls protocols "tlsv1.2,tlsv1.3"'],
    ["action x relay host sm$0", "smtps://", "action x relay host smtps://"],
    ["pki x cert $0", "/etc/ssl/", 'pki x cert "/etc/ssl/'],
  ])("are written as they must be: %s", (text, label, expected) => {
    expect(taking(text, label)).toBe(expected);
  });
});

describe("comments", () => {
  test("offer what smtpdlint reads", () => {
    expect(labels("# smtpdl$0")).toContain("smtpdlint-disable-next-line");
    expect(labels("# smtpdlint-disable-next-line $0")).toContain("open-relay");
    expect(labels("# smtpdlint-disable open-relay, unus$0")).toContain("unused-table");
    expect(labels("# smtpdlint target=$0")[0]).toBe("7.9");
  });

  test("offer nothing else", () => {
    expect(labels("# match $0")).toEqual([]);
    expect(labels("match from any # $0")).toEqual([]);
    expect(labels("# smtpdlint-disable open-relay -- $0")).toEqual([]);
  });
});

describe("snippets", () => {
  test.each(snippets)("$label is in order", ({ label, body }) => {
    const problems = parse("", defaultText(body)).problems.filter(({ code }) => code !== "include-failed");
    expect(problems).toEqual([]);
    if (!label.startsWith("setup")) expect(defaultText(body).startsWith(label.split(" ")[0] as string)).toBe(true);
  });

  const setUps = snippets.filter(({ label }) => label.startsWith("setup"));
  test.each(setUps)("$label has no findings once it is filled in", ({ body }) => {
    const text = defaultText(body).replace("the output of openssl rand -hex 16", "f0a1c2d3e4b5968778695a4b3c2d1e0f");
    const { diagnostics } = analyse("smtpd.conf", text, blindHost);
    expect(diagnostics.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
  });

  test("are those of the target, at the start of a statement", () => {
    const found = (text: string, target?: Release) => {
      const { view, offset } = readMarked(text, target);
      return complete(view, offset, { ...options, snippets }).filter(({ kind }) => kind === "snippet");
    };
    expect(found("li$0").length).toBe(snippets.length);
    expect(found("listen on $0")).toEqual([]);
    expect(found("$0", "6.4").map(({ label }) => label)).not.toContain("filter chain");
  });

  test("go on from the first word of a statement", () => {
    const { view, offset } = readMarked("table t { a }\naction m$0");
    const found = complete(view, offset, { ...options, snippets }).filter(({ kind }) => kind === "snippet");
    expect(found.every(({ label }) => label.startsWith("action "))).toBe(true);
    const [item] = found;
    expect(item).toMatchObject({ label: "action maildir", filter: expect.stringMatching(/^maildir\b/) });
    // biome-ignore lint/suspicious/noTemplateCurlyInString: LSP marks places in snippets so.
    expect(item?.text).toBe('"${1:local}" maildir alias <${2:aliases}>');
    expect(item?.span.start).toBe(offset - 1);
  });

  test.each([
    ["dkim", "filter dkimsign"],
    ["smarthost", "action relay host"],
    ["users", "listen submission"],
    ["login", "setup mail server"],
    ["spam", "match senders reject"],
    ["starttls", "listen mx"],
    ["certificate", "pki cert key"],
    ["credentials", "table secrets"],
    ["aliases", "table file"],
  ])("are found by a word of the trade: %s", (word, label) => {
    const { view, offset } = readMarked(`${word}$0`);
    const found = complete(view, offset, { ...options, snippets });
    expect(found.filter(({ filter }) => filter.split("-").includes(word)).map((item) => item.label)).toContain(label);
  });

  test("are called otherwise than the words, and a space ends what is compared", () => {
    const { view, offset } = readMarked("$0");
    const found = complete(view, offset, { ...options, snippets });
    expect(new Set(found.map(({ label }) => label)).size).toBe(found.length);
    expect(found.filter(({ filter }) => filter.includes(" "))).toEqual([]);
  });
});

test("no text and no place makes it fail, and what it replaces is around the place", () => {
  const words = ["match", "from", "<", ">", "{", "}", '"', "'", "$m", "$", "#", "\n", "\\\n", " ", ",", "=", "!"];
  const more = [
    "action",
    "relay",
    "host",
    "a",
    "%{",
    "file:/",
    "m = x\n",
    "table",
    "filter",
    "chain",
    "regex",
    "1",
    "é",
  ];
  const text = fc.array(fc.constantFrom(...words, ...more, " "), { maxLength: 25 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.nat(), (plain, number) => {
      const at = number % (plain.length + 1);
      const { view, offset } = readMarked(`${plain.slice(0, at)}$0${plain.slice(at)}`);
      for (const { span } of complete(view, offset, options)) {
        expect(span.start).toBeLessThanOrEqual(offset);
        expect(span.end).toBeGreaterThanOrEqual(offset);
        expect(plain.slice(span.start, span.end)).not.toContain("\n");
      }
    }),
    { numRuns: runs(500) },
  );
});
