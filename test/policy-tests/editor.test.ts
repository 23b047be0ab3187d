import { applyEdits, lineColumn, lineStarts, type Span, testCursor } from "@smtpdlint/grammar";
import {
  chosenLines,
  completeTests,
  definitionForTests,
  failuresOf,
  hoverTests,
  mistakesIn,
  newTest,
  ruleLenses,
  testActions,
  testItems,
  testLenses,
  testWords,
} from "@smtpdlint/ide";
import { analyse } from "@smtpdlint/lint";
import { memoryHost } from "@smtpdlint/model";
import { describe, expect, test } from "vitest";
import { conf, markedTests } from "./marked.ts";

const list = (folder: string) => (folder === "." ? ["smtpd.conf", "other.conf", "aliases", "fs/"] : ["etc/"]);

function complete(text: string, head?: string) {
  const { view, offset } = markedTests(text, conf, head);
  return { view, items: completeTests(view, offset, { snippets: [], replaces: false, list }) };
}

/** Each is a text with a cursor, and what is among that which may stand there; `-` before what is not. */
const completions: readonly (readonly [text: string, ...labels: string[]])[] = [
  ["$0", "users", "root", "from", "to", "auth", "-local", "-=>"],
  ["to bob => local\n$0", "from", "to", "-users", "-config"],
  ["fr$0", "from"],
  ["to bob@example.org $0", "=>", "from", "port", "-to", "-local"],
  ["to bob => $0", "local", "relay", "reject", "never", "not", "-from", "-at"],
  ["to bob => never $0", "relay", "accept", "-local", "-exactly"],
  ["to bob => always $0", "reject", "-relay"],
  ["to bob => local $0", "alice", "bob", "action", "and", "-from"],
  ["to bob => local bob action $0", "in", "out"],
  ["to bob => local bob rule $0", "1", "2", "-3"],
  ["to bob => reject $0", "550", "at", "by"],
  ["to bob => reject 550 at $0", "connect", "rcpt-to", "-550"],
  ["to bob => reject 550 by $0", "no-name", "rspamd"],
  ["to bob => relay $0", "smtp://mx.isp.example"],
  ["to $0", "bob@example.org", "info@example.org", "any-other-domain"],
  ["to someone@$0", "someone@example.org"],
  ["to { root, abuse }@$0", "@example.org"],
  ["to { root, $0", "bob@example.org", "-from"],
  ["auth $0", "alice", "bob"],
  ["port $0", "587", "25"],
  ["tag $0", "IN"],
  ["listener $0", "1", "2", "-3"],
  ["from $0", "outside", "local"],
  ["fcrdns $0", "pass", "fail", "error"],
  ["mail-from $0", "<>"],
  ["to bob => relay sender $0", "<>", "srs"],
  ["# to $0", "-bob@example.org", "-from"],
  ["to bob # $0", "-from", "-=>"],
];
describe("completion", () => {
  test.each(completions)("%s", (text, ...labels) => {
    const found = complete(text).items.map(({ label }) => label);
    const wanted = labels.filter((label) => !label.startsWith("-"));
    expect(wanted.filter((label) => !found.includes(label))).toEqual([]);
    expect(labels.filter((label) => label.startsWith("-") && found.includes(label.slice(1)))).toEqual([]);
  });

  test.each([
    ["config $0", ["smtpd.conf", "other.conf", "fs/"]],
    ["config fs/$0", ["fs/etc/"]],
    ["root $0", ["fs/"]],
    ["assume filter $0", ["rspamd"]],
    ["assume filter rspamd $0", ["proceed", "junk", "reject", "disconnect"]],
    ["target $0", ["7.9", "7.8"]],
    ["define $0", []],
  ])("of settings: %s", (text, labels) => {
    const found = complete(text, "").items.map(({ label }) => label);
    expect(found.slice(0, labels.length)).toEqual(labels);
    if (!text.startsWith("target")) expect(found.length).toBe(labels.length);
  });

  test.each([
    ["to bob@example.org $0", "=>"],
    ["to bob => $0", "local"],
    ["from $0", "outside"],
    ["assume filter $0", "rspamd"],
  ])("comes by itself behind a space where the line cannot end yet: %s", (text, label) => {
    const { view, offset } = markedTests(text, conf, "");
    const asked = { snippets: [], replaces: false, isUnasked: true, list };
    expect(completeTests(view, offset, asked).map((item) => item.label)).toContain(label);
  });

  test.each(["  $0", "to bob => local $0", "config smtpd.conf $0", "to $0bob => local", "# to $0"])(
    "waits to be asked otherwise: %s",
    (text) => {
      const { view, offset } = markedTests(text, conf, "");
      expect(completeTests(view, offset, { snippets: [], replaces: false, isUnasked: true, list })).toEqual([]);
    },
  );

  test("replaces what is there, with its quotes", () => {
    const { view, items } = complete('to bob => local bob action "i$0x"\n');
    const item = items.find(({ label }) => label === "in");
    expect(item?.filter).toBe('"in"');
    expect(applyEdits(view.text, [{ span: item?.span as Span, text: item?.text as string }])).toContain(
      'action "in"\n',
    );
  });

  test("writes quotes where a name needs them", () => {
    const configuration = 'action "two words" mbox\nmatch from any for domain example.org action "two words"\n';
    const { view, offset } = markedTests("to bob => local action $0", configuration);
    expect(completeTests(view, offset, { snippets: [], replaces: false, list }).map(({ text }) => text)).toEqual([
      '"two words"',
    ]);
  });

  test("each word has its help", () => {
    const starts = ["", "to a ", "to a => ", "to a => not ", "to a => local ", "assume ", "assume filter x "];
    const words = new Set(starts.flatMap((start) => testCursor(start, start.length).words));
    expect([...words].sort()).toEqual(Object.keys(testWords).sort());
  });
});

function place(text: string, { start, end }: Span): string {
  const { line, column } = lineColumn(lineStarts(text), start);
  return `${line}:${column} ${text.slice(start, end).split("\n", 1)[0]}`;
}

/** Each is a line with a cursor, and the places in the configuration. */
const definitions: readonly (readonly [text: string, ...places: string[]])[] = [
  ["to bob => local rule $02", "10:1 match from auth for any action out"],
  ["to bob => local ru$0le 1", '9:1 match from any for domain example.org action "in"'],
  ["to bob => local rule $07"],
  ["to bob => reject by no-$0name", '3:8 "no-name"'],
  ["to bob => local action i$0n", '7:8 "in"'],
  ["to bob => local and relay action ou$0t", "8:8 out"],
  ["tag i$0n to bob => local", "5:26 IN"],
  ["listener $02 to bob => local", "6:1 listen on 192.0.2.25 port 587 auth <users>"],
  ["to bo$0b => local"],
  ["to bob => local action nothing$0"],
];
test.each(definitions)("definition of %s", (text, ...places) => {
  const { view, offset } = markedTests(text);
  expect((definitionForTests(view, offset)?.spans ?? []).map((span) => place(conf, span))).toEqual(places);
});

test.each([
  ["config smt$0pd.conf\n", "1:1 "],
  ["assume filter rspa$0md proceed\n", "4:8 rspamd"],
])("definition of the setting %s", (text, expected) => {
  const { view, offset } = markedTests(text, conf, "");
  expect((definitionForTests(view, offset)?.spans ?? []).map((span) => place(conf, span))).toEqual([expected]);
});

/** Each is a line with a cursor, and what the help has, in order. */
const hovers: readonly (readonly [text: string, ...parts: string[]])[] = [
  ["t$0o bob@example.org => local", "**passed**", "local bob action in rule 1", "`to ADDRESS`", "> RCPT TO"],
  ["to bob@example.org =$0> local alice", "**failed**", "expected local alice", "got local bob", "rule 1, line 9: yes"],
  ["to bob@example.org =$0>", "**nothing is expected yet**", "now: local bob", "> RCPT TO"],
  ["rdns none to bob@example.org => rej$0ect", "passed", "`reject CODE", "filter no-name at connect"],
  ["to { bob, $0info, root }@example.org => local", "to info@example.org", "local bob"],
  ["from outside to any-other-domain => ne$0ver relay", "holds for all messages", "`never relay`"],
  ["use$0rs { x }\n", "`users { alice, bob }`"],
];
test.each(hovers)("hover %s", (text, ...parts) => {
  const { view, offset } = markedTests(text);
  let { markdown = "" } = hoverTests(view, offset) ?? {};
  for (const part of parts) {
    expect(markdown).toContain(part);
    markdown = markdown.slice(markdown.indexOf(part) + part.length);
  }
});

test("hover shows nothing between the lines, and no trace where the configuration is missing", () => {
  const between = markedTests("to bob => local\n\n$0\n");
  expect(hoverTests(between.view, between.offset)).toBeUndefined();
  const { view, offset } = markedTests("t$0o bob => local");
  expect(hoverTests({ ...view, machines: [] }, offset)?.markdown).toMatch(/^`to ADDRESS`[^\n]*$/);
});

describe("diagnostics", () => {
  const told = (text: string, head?: string) => {
    const { view, results } = markedTests(text, conf, head);
    const found = view.problems.length > 0 ? mistakesIn(view) : failuresOf(view, results);
    return found.map(({ kind, span, message, related }) => [
      kind,
      place(view.text, span),
      message,
      ...(related ? [`${related.message}: ${place(conf, related.span)}`] : []),
    ]);
  };

  test("a test that passes has none", () => expect(told("to bob@example.org => local bob\n")).toEqual([]));

  test("a failing test says what is expected, what happens, and which rule decides", () => {
    expect(told("to bob@example.org => local alice\n")).toEqual([
      [
        "failed",
        "4:23 local alice",
        "expected local alice, got local bob action in rule 1",
        'rule 1 decides: 9:1 match from any for domain example.org action "in"',
      ],
    ]);
  });

  test("what is not certain comes with what to do", () => {
    expect(told("to bob@example.org => local bob\n", "users { bob }\n")).toEqual([
      [
        "failed",
        "2:23 local bob",
        expect.stringMatching(
          /^expected local bob, got .*\nhelp: say what the program answers: 'assume filter rspamd/s,
        ),
      ],
    ]);
  });

  test("of many messages of a line and several releases each is named, the first of them", () => {
    const [[kind, , message] = []] = told(
      "to { a, b, c }@example.org => local\n",
      "target { 7.4, 7.8 }\nusers { bob }\nhostname mx.example.org\nassume filter rspamd proceed\n",
    );
    expect(kind).toBe("failed");
    const lines = message?.split("\n");
    expect(lines?.[0]).toMatch(/^to a@example\.org, smtpd 7\.4: expected local, got reject 550/);
    expect(lines?.at(-1)).toBe("and 3 more of this line");
  });

  test("a line that expects nothing says what becomes of its message", () => {
    expect(told("to bob@example.org =>\n")).toEqual([
      ["new", "4:1 to bob@example.org =>", "nothing is expected yet; what becomes of it now: local bob action in"],
    ]);
  });

  test("a claim is refuted by a message", () => {
    const [[, , message] = []] = told("from 203.0.113.5 to bob@example.org => never accept\n");
    expect(message).toMatch(/^expected never accept, got from .* => local/);
  });

  test("a mistake", () => {
    expect(told("to bob@example.org => lokal\n")).toEqual([
      ["mistake", "4:23 lokal", "unexpected 'lokal'; did you mean 'local'?"],
    ]);
  });
});

const several = `to bob@example.org => local bob
"refused"
to x@elsewhere.example => reject 550
to bob@example.org => local alice
to bob@example.org =>
to bob@example.org =>
`;

test("groups and tests have ids that other lines do not change", () => {
  const items = testItems(markedTests(several).view);
  expect(items.map(({ label, kind, children }) => [label, kind, children.map(({ label }) => label)])).toEqual([
    ["to bob@example.org => local bob", "test", []],
    [
      "refused",
      "group",
      [
        "to x@elsewhere.example => reject 550",
        "to bob@example.org => local alice",
        "to bob@example.org =>",
        "to bob@example.org =>",
      ],
    ],
  ]);
  const ids = items.flatMap(({ id, children }) => [id, ...children.map((child) => child.id)]);
  expect(new Set(ids).size).toBe(ids.length);
  const later = testItems(markedTests(`to alice@example.org => local\n${several}`).view);
  expect(later.at(-1)?.children.map(({ id }) => id)).toEqual(items.at(-1)?.children.map(({ id }) => id));
});

test("the lines that are chosen by ids", () => {
  const { view } = markedTests(several);
  const [one, group] = testItems(view);
  const second = group?.children[1];
  expect(chosenLines(view, undefined).length).toBe(5);
  expect(chosenLines(view, [group?.id ?? ""]).length).toBe(4);
  expect(chosenLines(view, [second?.id ?? "", one?.id ?? ""])).toEqual([one, second]);
  expect(chosenLines(view, ["gone"])).toEqual([]);
});

test("lenses count, and stand above what has not passed", () => {
  const { view, results } = markedTests(several);
  expect(
    testLenses(view, results).map(({ span, title }) => `${place(view.text, span).split(" ")[0]} ${title}`),
  ).toEqual([
    "1:1 run 5 tests: 2 passed, 1 failed, 2 without an expectation",
    "5:1 run 4 tests: 1 passed, 1 failed, 2 without an expectation",
    "7:1 run: failed",
    "8:1 run: expects nothing yet",
    "9:1 run: expects nothing yet",
  ]);
  expect(testLenses(markedTests("").view, [])).toEqual([]);
});

describe("actions", () => {
  const act = (text: string) => {
    const { view, offset, results } = markedTests(text);
    return testActions(view, results, offset, offset).map(({ title, preferred, edits }) => ({
      title,
      preferred,
      text: applyEdits(view.text, [...edits]).slice(Math.max(view.text.indexOf("to "), 0)),
    }));
  };

  test("write what happens now where nothing is expected", () => {
    expect(act("to bob@example.org =>$0\nto info@example.org =>\n")).toEqual([
      {
        title: "Expect what happens now: local bob action in",
        preferred: true,
        text: "to bob@example.org => local bob action in\nto info@example.org =>\n",
      },
      {
        title: "Expect what happens now in all lines that expect nothing",
        preferred: false,
        text: "to bob@example.org => local bob action in\nto info@example.org => local bob action in\n",
      },
    ]);
  });

  test.each([
    ["a word", "to bob@example.org => lo$0kal bob\n", "Change to 'local'", "to bob@example.org => local bob\n"],
    [
      "what others call it",
      "to bob@example.org => def$0er\n",
      "Change to 'tempfail'",
      "to bob@example.org => tempfail\n",
    ],
    [
      "a value",
      "to x@example.org => reject at rc$0pt\n",
      "Change to 'rcpt-to'",
      "to x@example.org => reject at rcpt-to\n",
    ],
    ["a missing word", "tls bo$0b@example.org =>\n", "Write 'to' before the recipient", "tls to bob@example.org =>\n"],
  ])("mend %s", (_title, text, title, after) => {
    expect(act(text)[0]).toMatchObject({ title, preferred: true, text: expect.stringContaining(after) });
  });

  test("begin an empty file, with tests that can be read", () => {
    const { view, offset, results } = markedTests("\n$0", conf, "");
    const [begin, ...others] = testActions(view, results, offset, offset);
    expect([begin?.title, others]).toEqual(["Begin with a message for each match rule", []]);
    const text = applyEdits(view.text, [...(begin?.edits ?? [])]);
    expect(text).toMatch(/^from outside to \S+@example\.org =>$/m);
    expect(markedTests(text, conf, "").view.problems).toEqual([]);
    expect(testActions(markedTests("# mine\n", conf, "").view, [], 0, 0)).toEqual([]);
  });

  test("replace what is expected and does not happen", () => {
    expect(act("to bob@example.org => local al$0ice # why\n")).toEqual([
      {
        title: "Expect what happens now: local bob action in",
        preferred: false,
        text: "to bob@example.org => local bob action in # why\n",
      },
    ]);
  });

  test.each([
    ["a test that passes", "to bob@example.org => lo$0cal\n"],
    ["messages that fare differently", "to { bob, nobody }@example.org =>$0\n"],
    ["a claim", "from outside to any => never acc$0ept\n"],
  ])("offer nothing for %s", (_, text) => expect(act(text)).toEqual([]));
});

test("above a match rule stands how many tests reach it", () => {
  const { results, view } = markedTests(several);
  const { model, diagnostics } = analyse("/etc/mail/smtpd.conf", conf, memoryHost({}));
  const lenses = ruleLenses({ model, diagnostics, file: 0 }, [{ results, place: (span) => place(view.text, span) }]);
  expect(lenses.map(({ title, places }) => [title, ...places])).toEqual([
    ["1 test", "4:1 to bob@example.org => local bob"],
    ["no test"],
  ]);
});

test("a new test for a rule takes it", () => {
  const { view } = markedTests("");
  const [smtpd] = view.machines;
  const texts = smtpd?.ruleset.map(({ match }) => newTest(smtpd, match));
  expect(texts).toEqual([
    '# match from any for domain example.org action "in"\nfrom outside to root@example.org => local alice action in\n',
    "# match from auth for any action out\nfrom local to postmaster@elsewhere.example => relay smtp://mx.isp.example action out\n",
  ]);
});
