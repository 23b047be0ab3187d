import { applyEdits } from "@smtpdlint/grammar";
import {
  definition,
  documentLinks,
  documentSymbols,
  highlight,
  implementation,
  prepareRename,
  references,
  rename,
  workspaceSymbols,
} from "@smtpdlint/ide";
import { describe, expect, test } from "vitest";
import { place, readMarked } from "./marked.ts";

const included = `include "inc.conf"
action out relay
match from any for domain <domains> action out
match for any action ou$0t
--- /etc/mail/inc.conf
table domains { a.org }
`;

/** Each is a text with a cursor, and the places of the definition. */
const definitions: readonly (readonly [title: string, text: string, places: readonly string[]])[] = [
  ["of an action", included, ["2:8 out"]],
  ["of a table in another file", included.replace("ou$0t", "out").replace("<dom", "<d$0om"), ["inc.conf:1:7 domains"]],
  ["of a pki in its two lines", 'pki a cert "c"\npki a key "k"\nlisten on lo tls pki A$0\n', ["1:5 a", "2:5 a"]],
  [
    "of a tag, on each listener that sets it",
    "listen on lo tag IN\nlisten on eth0 tag in\nmatch tag I$0N reject\n",
    ["1:18 IN", "2:20 in"],
  ],
  ["of a macro", 'm = "a"\ntable $m { x }\nmatch from any for domain <$0$m> reject\n', ["1:1 m"]],
  ["of a filter in a chain", "filter f phase connect match rdns junk\nlisten on lo filter { f$0 }\n", ["1:8 f"]],
  ["of a wrapper and a proc", 'mda wrapper w "x"\naction a mbox wrapper w$0\n', ["1:13 w"]],
  ["the file of an include", included.replace("ou$0t", "out").replace("inc.", "i$0nc."), ["inc.conf:1:1"]],
  ["the file of a table", "table t file:/etc/mail/t$0x\nmatch reject\n--- /etc/mail/tx\na\n", ["tx:1:1"]],
  ["nothing at a keyword", "ma$0tch reject\n", []],
  ["nothing of what is not defined", "match from any for domain <t$0> reject\n", []],
];
test.each(definitions)("definition %s", (_, text, places) => {
  const { view, offset } = readMarked(text);
  const found = definition(view, offset);
  expect(found.map(({ name }) => place(view, name))).toEqual(places);
  for (const { origin, statement, name } of found) {
    expect([origin.file, origin.start <= offset && offset <= origin.end]).toEqual([view.file, true]);
    expect([statement.file, statement.start <= name.start && name.end <= statement.end]).toEqual([name.file, true]);
  }
});

/** Each is a text with a cursor, and what the name holds. */
const held: readonly (readonly [title: string, text: string, places: readonly string[]])[] = [
  [
    "the file of a table",
    "table t file:/etc/mail/tx\nmatch from any for domain <$0t> reject\n--- /etc/mail/tx\na\n",
    ["tx:1:1"],
  ],
  ["the list of a table", "table $0t { a }\nmatch from any for domain <t> reject\n", ["1:9 { a }"]],
  ["the value of a macro", 'm = "a"\nlisten on $0$m\n', ['1:5 "a"']],
  [
    "the filters of a chain",
    "filter f phase connect match rdns junk\nfilter c chain { f }\nlisten on lo filter $0c\n",
    ["1:8 f"],
  ],
  ["nothing of an action", "action a mbox\nmatch for any action $0a\n", []],
  ["nothing of a file that is not there", "table t file:/none\nmatch from any for domain <$0t> reject\n", []],
  ["nothing of what is not defined", "match from any for domain <$0t> reject\n", []],
];
test.each(held)("a name holds %s", (_, text, places) => {
  const { view, offset } = readMarked(text);
  expect(implementation(view, offset).map((span) => place(view, span))).toEqual(places);
});

test("references, with the definition and without", () => {
  const { view, offset } = readMarked(included);
  const show = (declaration: boolean) => references(view, offset, declaration).map((span) => place(view, span));
  expect(show(true)).toEqual(["2:8 out", "3:44 out", "4:22 out"]);
  expect(show(false)).toEqual(["3:44 out", "4:22 out"]);
});

/** Each is a text with a cursor, and the places of the name, in order. */
const found: readonly (readonly [title: string, text: string, places: readonly string[]])[] = [
  ["nothing at a keyword", "ma$0tch reject\n", []],
  [
    "a tag in any letters, in lists too, but not in expressions and what is no tag",
    "listen on lo tag I$0N\nmatch tag { in, OUT } helo IN reject\nmatch tag iN reject\nmatch tag regex IN reject\n",
    ["1:18 IN", "2:13 in", "3:11 iN"],
  ],
  [
    "a table, whose letters count",
    "table t { a }\ntable T { b }\nmatch from src <T> for domain <t$0> reject\n",
    ["1:7 t", "3:32 t"],
  ],
  [
    "a table in two files, in order",
    'include "inc.conf"\nmatch from any for domain <$0t> reject\n--- /etc/mail/inc.conf\nmatch for domain <t> reject\ntable t { a }\n',
    ["2:28 t", "inc.conf:1:19 t", "inc.conf:2:7 t"],
  ],
  [
    "the macro and not what it brings",
    "m = a\naction $$0m mbox\nmatch action $m\naction a mbox\n",
    ["1:1 m", "2:8 $m", "3:14 $m"],
  ],
  ["what a macro that nobody knows hides is no name", "match action $x\nmatch action $0$x\n", ["1:14 $x", "2:14 $x"]],
];
test.each(found)("references of %s", (_, text, places) => {
  const { view, offset } = readMarked(text);
  expect(references(view, offset, true).map((span) => place(view, span))).toEqual(places);
});

const labels = `table s { me = "joe:secret", other = "x:y" }
action a relay host smtps://m$0e@a.example auth <s>
action b relay host { smtps://Me@b.example, smtps://other@c.example } auth <s>
`;

test("the label of a relay leads to its entry, and is found and renamed with it", () => {
  for (const marked of [labels, labels.replace("$0", "").replace("{ me", "{ m$0e")]) {
    const { view, offset } = readMarked(marked);
    expect(definition(view, offset).map(({ name }) => place(view, name))).toEqual(["1:11 me"]);
    const all = ["1:11 me", "2:29 me", "3:31 Me"];
    expect(references(view, offset, true).map((span) => place(view, span))).toEqual(all);
    expect(references(view, offset, false).map((span) => place(view, span))).toEqual(all.slice(1));
    expect(highlight(view, offset).map(({ span, kind }) => `${kind} ${place(view, span)}`)).toEqual([
      "write 1:11 me",
      "read 2:29 me",
      "read 3:31 Me",
    ]);
    expect(prepareRename(view, offset)).toMatchObject({ placeholder: "me" });
  }
});

test("highlights stay in the file", () => {
  const { view, offset } = readMarked(included.replace("ou$0t", "out").replace("<dom", "<d$0om"));
  expect(highlight(view, offset).map(({ span, kind }) => `${kind} ${place(view, span)}`)).toEqual([
    "read 3:28 domains",
  ]);
});

describe("rename", () => {
  /** The texts after the rename, or why it is refused. */
  function renamed(text: string, newName: string): string | readonly string[] {
    const { view, offset } = readMarked(text);
    const result = rename(view, offset, newName);
    if ("refused" in result) return result.refused;
    return view.model.config.files.map(({ id, text }) =>
      applyEdits(
        text,
        result.edits.filter(({ span }) => span.file === id),
      ),
    );
  }

  test("in all files, with quotes where they are needed", () => {
    const text = included.replace("ou$0t", "out").replace("table dom", "table d$0om");
    expect(renamed(text, "our domains")).toEqual([
      'include "inc.conf"\naction out relay\nmatch from any for domain <"our domains"> action out\nmatch for any action out\n',
      'table "our domains" { a.org }\n',
    ]);
    expect(renamed("table t$0 { a }\nmatch from any for domain <t> reject\n", "domain")).toEqual([
      'table "domain" { a }\nmatch from any for domain <"domain"> reject\n',
    ]);
  });

  test("a macro and its uses", () => {
    expect(renamed('old = "a"\ntable $o$0ld { $old.org }\nmatch reject\n', "fresh")).toEqual([
      'fresh = "a"\ntable $fresh { $fresh.org }\nmatch reject\n',
    ]);
  });

  test("the label of a relay, with its entry", () => {
    expect(renamed(labels, "listen")).toEqual([
      labels.replace("$0", "").replace("{ me", '{ "listen"').replace(/\bme@/gi, "listen@"),
    ]);
  });

  test("a filter that is a process as well", () => {
    const text = 'filter f$0 proc-exec "x"\nfilter g proc f\nlisten on lo filter { f, g }\n';
    expect(renamed(text, "h")).toEqual(['filter h proc-exec "x"\nfilter g proc h\nlisten on lo filter { h, g }\n']);
  });

  test.each([
    ["the name exists", "action a$0 mbox\naction b mbox\n", "b", "'b' is the name of another action"],
    ["no name", "action a$0 mbox\n", "", "a name cannot be empty"],
    ["no macro's name", 'm$0 = "a"\n', "a-b", "the name of a macro has letters, digits and '_' only"],
    ["not defined", "match action a$0\n", "b", "this name is not defined in the files that can be read"],
    ["smtpd's own", 'match from src <"<loc$0alhost>"> reject\n', "b", "smtpd makes this table itself"],
    [
      "from a macro",
      'm = "a"\naction $m mbox\nmatch action a$0\n',
      "b",
      "a macro brings this name to some of its places: change the macro",
    ],
    [
      "an unread include",
      'include "x"\naction a$0 mbox\n',
      "b",
      "an included file could not be read, and may use this name",
    ],
    ["nothing there", "ma$0tch reject\n", "b", "there is no name here"],
    ["a label that is taken", labels, "other", "there is an entry 'other' already"],
    ["a label of two words", labels, "a b", "this name cannot hold ' '"],
    [
      "the label of a file that nobody has read",
      "table s file:/none\naction a relay host smtps://m$0e@a.example auth <s>\n",
      "b",
      "nobody knows where this label is defined",
    ],
    [
      "a label from a macro",
      'm = "smtps://me@a.example"\ntable s { m$0e = "joe:secret" }\naction a relay host $m auth <s>\n',
      "b",
      "a macro brings this label to some of its places: change the macro",
    ],
    [
      "a tag is too long",
      "listen on lo tag a$0\nmatch tag a reject\n",
      "x".repeat(80),
      expect.stringMatching(/too long|characters|bytes/),
    ],
    [
      "an action is too long",
      "action a$0 mbox\nmatch action a\n",
      "x".repeat(80),
      expect.stringMatching(/too long|characters|bytes/),
    ],
    [
      "a pki in capitals is not found",
      'pki a$0 cert "c"\npki a key "k"\nlisten on lo tls pki a\nmatch reject\n',
      "MX",
      expect.stringMatching(/lower case/),
    ],
  ])("is refused: %s", (_, text, newName, reason) => {
    expect(renamed(text, newName)).toEqual(reason);
  });

  test("only the letters' case may change, where smtpd does not mind", () => {
    expect(renamed("listen on lo tag in\nmatch tag I$0N reject\n", "In")).toEqual([
      "listen on lo tag In\nmatch tag In reject\n",
    ]);
  });

  test("begins with the name as it is written", () => {
    for (const text of [
      'listen on lo tag "I$0N"\nmatch tag IN reject\n',
      "listen on lo tag I$0N\nmatch tag IN reject\n",
    ]) {
      const { view, offset } = readMarked(text);
      expect(prepareRename(view, offset)).toMatchObject({ placeholder: "IN" });
    }
  });

  test("is offered where it can work", () => {
    const { view, offset } = readMarked(included);
    const prepared = prepareRename(view, offset);
    expect(prepared && "span" in prepared && place(view, prepared.span)).toBe("4:22 out");
    const { view: other, offset: at } = readMarked("ma$0tch reject\n");
    expect(prepareRename(other, at)).toBeUndefined();
  });
});

test("links of includes, tables, certificates and keys", () => {
  const { view } = readMarked(
    'include "inc.conf"\ntable t file:/etc/t\ntable u "/etc/u"\ntable v { a }\npki p cert "/c" key "/k"\nca q cert "/ca"\nmatch reject\n--- /etc/mail/inc.conf\n',
  );
  expect(documentLinks(view).map(({ span, path, file }) => `${place(view, span)} ${path} ${file}`)).toEqual([
    '1:9 "inc.conf" inc.conf 1',
    "2:9 file:/etc/t /etc/t undefined",
    '3:9 "/etc/u" /etc/u undefined',
    '5:12 "/c" /c undefined',
    '5:21 "/k" /k undefined',
    '6:11 "/ca" /ca undefined',
  ]);
});

test("the outline", () => {
  const { view } = readMarked(
    'm = "x"\ninclude "inc.conf"\ntable t file:/etc/t\nlisten on lo port 587\nlisten on socket\naction a relay\nmatch from any ! tag IN for domain <t> action a\nqueue ttl 1d\n--- /etc/mail/inc.conf\npki p cert "c"\n',
  );
  expect(documentSymbols(view).map(({ name, detail, kind }) => `${kind}: ${name}${detail && ` (${detail})`}`)).toEqual([
    "macro: m (x)",
    "include: include inc.conf",
    "table: t (file:/etc/t)",
    "listen: listen on lo port 587",
    "listen: listen on socket",
    "action: a (relay)",
    "match: from any ! tag IN for domain <t> → a",
    "queue: queue ttl",
  ]);
  for (const { span, selection } of documentSymbols(view)) {
    expect(span.start <= selection.start && selection.end <= span.end).toBe(true);
  }
});

test("what is half typed or in no table has a name in the outline, and a wrapper its own", () => {
  const { view } = readMarked(
    'mda wrapper w mail\nmda limit max-session 5\nmatch from any for domain <\nmatch from any for domain regex "x" reject\n',
  );
  expect(documentSymbols(view).map(({ name }) => name)).toEqual([
    "w",
    "mda limit",
    "from any for domain <…> → …",
    "from any for domain regex x → reject",
  ]);
});

test("symbols by some of their letters", () => {
  const { view } = readMarked(
    "table mysenders { a }\nlisten on lo\naction send-out relay\nmatch from any for any reject\n",
  );
  const found = (query: string) => workspaceSymbols(view, query).map(({ name, span }) => place(view, span) && name);
  expect(found("SOUT")).toEqual(["send-out"]);
  expect(found("rej")).toEqual(["from any for any → reject"]);
  expect(found("")).toEqual(["mysenders", "send-out", "listen on lo", "from any for any → reject"]);
});
