import { codeLenses, foldingRanges, groupsIn, inlayHints, selectionRanges, semanticTokens } from "@smtpdlint/ide";
import { expect, test } from "vitest";
import { place, readMarked } from "./marked.ts";

test("folds", () => {
  const { view } = readMarked(
    "# one\n# two\n# three\n\ntable t {\n  a,\n  b\n}\nmatch \\\n  reject\n# only one\nmatch for any reject\nmatch from any reject\nmatch reject\nmatch tag x reject\nmatch helo x reject\n",
  );
  const shown = foldingRanges(view).map(({ span, kind }) => `${kind} ${place(view, span).replaceAll("\n", "|")}`);
  expect(shown).toEqual([
    "comment 1:1 # one|# two|# three",
    "region 5:1 table t {|  a,|  b|}",
    "region 9:1 match \\|  reject",
    "region 12:1 match for any reject|match from any reject|match reject|match tag x reject|match helo x reject",
  ]);
});

test("a selection grows", () => {
  const { view, offset } = readMarked(
    'listen on lo\n\nmatch from any for domain { "a.org", "b.o$0rg" } reject\nmatch reject\n\n# end\n',
  );
  expect(selectionRanges(view, offset).map((span) => place(view, span).split("\n")[0])).toEqual([
    '3:38 "b.org"',
    '3:27 { "a.org", "b.org" }',
    '3:16 for domain { "a.org", "b.org" }',
    '3:1 match from any for domain { "a.org", "b.org" } reject',
    '3:1 match from any for domain { "a.org", "b.org" } reject',
    "1:1 listen on lo",
  ]);
});

test("semantic tokens", () => {
  const { view } = readMarked(
    'lan = "10.0.0.0/8" # ours\ntable t { $lan,\n  "b" }\naction out relay mask-source\nlisten on lo port 25 tag IN\nmatch ! tag IN from src <t> for any action out\n',
  );
  const shown = semanticTokens(view).map(
    ({ span, type, modifiers }) => `${[type, ...modifiers].join(".")} ${place(view, span)}`,
  );
  expect(shown).toEqual([
    "macro.declaration 1:1 lan",
    'string 1:7 "10.0.0.0/8"',
    "comment 1:20 # ours",
    "keyword 2:1 table",
    "variable.declaration 2:7 t",
    "macro 2:11 $lan",
    'string 3:3 "b"',
    "keyword 4:1 action",
    "function.declaration 4:8 out",
    "keyword 4:12 relay",
    "keyword.deprecated 4:18 mask-source",
    "keyword 5:1 listen",
    "keyword 5:8 on",
    "string 5:11 lo",
    "keyword 5:14 port",
    "number 5:19 25",
    "keyword 5:22 tag",
    "enumMember.declaration 5:26 IN",
    "keyword 6:1 match",
    "operator 6:7 !",
    "keyword 6:9 tag",
    "enumMember 6:13 IN",
    "keyword 6:16 from",
    "keyword 6:21 src",
    "variable 6:26 t",
    "keyword 6:29 for",
    "keyword 6:33 any",
    "keyword 6:37 action",
    "function 6:44 out",
  ]);
  const part = groupsIn(view, 0, 10).flatMap(({ start, tokens }) => tokens.map(({ span }) => start + span.start));
  expect(part).toEqual([0, 6]);
});

test("every word of a filter, a listener and a ca has its colour", () => {
  const { view } = readMarked(
    'ca c cert "/x" # on match\nfilter f phase connect match !rdns junk\nlisten on "on" filter { f, "match" } # cert\n',
  );
  const shown = semanticTokens(view).map(({ span, type }) => `${type} ${place(view, span)}`);
  expect(shown).toEqual([
    "keyword 1:1 ca",
    "class 1:4 c",
    "keyword 1:6 cert",
    'string 1:11 "/x"',
    "comment 1:16 # on match",
    "keyword 2:1 filter",
    "function 2:8 f",
    "keyword 2:10 phase",
    "keyword 2:16 connect",
    "keyword 2:24 match",
    "operator 2:30 !",
    "keyword 2:31 rdns",
    "keyword 2:36 junk",
    "keyword 3:1 listen",
    "keyword 3:8 on",
    'string 3:11 "on"',
    "keyword 3:16 filter",
    "function 3:25 f",
    'function 3:28 "match"',
    "comment 3:38 # cert",
  ]);
});

test("a token of several lines is one a line", () => {
  const { view } = readMarked("# one \\\n two\nmatch tag 'a\nb' reject\n");
  expect(semanticTokens(view).map(({ span }) => place(view, span))).toEqual([
    "1:1 # one \\",
    "2:1  two",
    "3:1 match",
    "3:7 tag",
    "3:11 'a",
    "4:1 b'",
    "4:4 reject",
  ]);
});

test("inlay hints, each of which can be switched on or off", () => {
  const { view } = readMarked(
    'if = "eth0"\nlisten on lo\nlisten on $if port 26\nmatch reject\nmatch from any for any reject\nmatch auth for any reject\n',
  );
  const show = (options?: Parameters<typeof inlayHints>[3]) =>
    inlayHints(view, 0, 1000, options).map(
      ({ offset, label }) => `${place(view, { file: 0, start: offset, end: offset })} ${label}`,
    );
  const all = ["2:13 port 25", '3:14 = "eth0"', "4:6 from local", "4:7 for local", "6:6 from local"];
  expect(show({ macros: true, ports: true })).toEqual(all);
  expect(show()).toEqual(["4:6 from local", "4:7 for local", "6:6 from local"]);
  expect(show({ implied: false, ports: true })).toEqual(["2:13 port 25"]);
  expect(show({ ports: false, macros: false, implied: false })).toEqual([]);
});

test.each(["match ", "match for any ", "match from any", "match auth\n", "listen on lo", "m = x\nlisten on $m"])(
  "no inlay hint comes between the words while somebody types '%s'",
  (text) => {
    const { view } = readMarked(text);
    expect(inlayHints(view, 0, text.length)).toEqual([]);
  },
);

test("a lens above all of a file leads to what includes it", () => {
  const { view } = readMarked(
    'include "inc.conf"\ninclude "inc.conf"\nmatch reject\n--- /etc/mail/inc.conf\n$0table t { a }\n',
  );
  const [first] = codeLenses(view).map(({ span, text }) => ({ at: place(view, span), ...text() }));
  expect([first?.at, first?.title]).toEqual(["inc.conf:1:1", "included by /etc/mail/smtpd.conf"]);
  expect(first?.places.map((span) => place(view, span))[0]).toBe('1:9 "inc.conf"');
});

test("code lenses", () => {
  const { view } = readMarked(
    'pki a cert "c"\npki a key "k"\nfilter f proc-exec "x"\naction out relay\ntable t { a }\nmatch from any for any action out\nmatch for any action out\n',
  );
  expect(codeLenses(view).map(({ span, text }) => `${place(view, span)}: ${text().title}`)).toEqual([
    "1:5 a: never used",
    "3:8 f: never used",
    "4:8 out: 2 references",
    "5:7 t: never used",
    "7:1 match for any action out: never reached",
  ]);
});
