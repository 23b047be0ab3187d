import fc from "fast-check";
import { expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { diagnosticsOf } from "../../packages/server/src/diagnostics.ts";
import { noFiles } from "../../packages/server/src/platform.ts";
import { Workspace } from "../../packages/server/src/workspace.ts";
import { runs, seed } from "../helpers/random.ts";
import { allCases } from "../helpers/rule-cases.ts";

/** Random edits of open documents. */
const numRuns = runs(120);

const texts = allCases()
  .map(({ text }) => text)
  .filter(({ length }) => length < 2000);

const pieces = [
  "match",
  " ",
  "\n",
  '"',
  "{",
  "}",
  "<t>",
  "$m",
  "\\\n",
  "#",
  "include ",
  "table t file://x\n",
  "from any",
  "m = x\n",
  "\r",
  "ä",
  "\0",
  ",",
];
const edit = fc.record({
  document: fc.nat(2),
  at: fc.nat(),
  length: fc.oneof(fc.constant(0), fc.nat(5), fc.nat(400)),
  text: fc.oneof(
    fc.constant(""),
    fc.constantFrom(...pieces),
    fc.constantFrom(...texts),
    fc.string({ unit: "binary", maxLength: 6 }),
  ),
});
const burst = fc.array(edit, { minLength: 1, maxLength: 8 });

test.each(["//x", "///x", "//", "/", ".", "..", "", "/../..", "\ud800", "//\ud800", "%", "/%zz", "?", "/a?b#c"])(
  "a file may have any name: '%s'",
  (name) => {
    for (const uri of [
      "file:///smtpd.conf",
      "file:///etc/mail/smtpd.conf",
      "vscode-vfs://host/smtpd.conf",
      "untitled:x",
    ]) {
      for (const root of [undefined, "/srv/copy", "copy"]) {
        const workspace = new Workspace(noFiles);
        workspace.setSettings(root === undefined ? {} : { root });
        const text = `include "${name}"\ntable t "file:${name}"\ntable u "${name}"\nmatch for domain <t> reject\n`;
        workspace.open(TextDocument.create(uri, "smtpd-conf", 0, text));
        const internal = [...diagnosticsOf(workspace, uri).values()]
          .flat()
          .filter(({ code }) => code === "internal-error");
        expect(internal).toEqual([]);
        const view = workspace.viewOf(uri);
        // What leads to the configuration is all that is known.
        if (view) expect(["etc/", "mail/"]).toEqual(expect.arrayContaining([...workspace.hosts.list(name, view)]));
      }
    }
  },
);

test("of two configurations that read a file the one that was opened first says what it is, whichever was edited last", () => {
  const workspace = new Workspace(noFiles);
  const [one, two, part, table] = ["one", "two", "part", "table"].map((name) => `file:///etc/mail/${name}.conf`);
  const include = `include "part.conf"\ntable t "file:/etc/mail/table.conf"\n`;
  const open = (uri = "", text = "") => workspace.open(TextDocument.create(uri, "smtpd-conf", 0, text));
  const readersOf = (uri = "") =>
    workspace.tableViews(uri).map(({ model: { sources } }) => sources.files[0]?.path ?? "");
  open(one, include);
  open(two, include);
  open(part, "listen on lo\n");
  open(table, "a\n");
  for (const edited of [one, two, one]) {
    open(edited, "listen on lo\n");
    expect([workspace.mainOf(part ?? ""), readersOf(table)]).toEqual(edited === one ? [two, [two]] : [one, [one]]);
    open(edited, include);
    expect([workspace.mainOf(part ?? ""), readersOf(table)]).toEqual([one, [one, two]]);
  }
});

test("the hundredth document costs no more files than the first", () => {
  let reads = 0;
  const read = () => {
    reads++;
    return { failure: "not-found" as const };
  };
  const workspace = new Workspace({ ...noFiles, read });
  const cost = Array.from({ length: 100 }, (_, index) => {
    const before = reads;
    const uri = `file:///srv/${index % 5}/${index}.conf`;
    workspace.open(TextDocument.create(uri, "smtpd-conf", 0, "match reject\n"));
    workspace.viewOf(uri);
    expect(workspace.settingsOfOpen.size).toBe(0);
    return reads - before;
  });
  expect(cost[0]).toBeGreaterThan(0);
  expect(cost.at(-1)).toBeLessThanOrEqual(cost[0] ?? 0);
});

test("a table's file includes nothing, whatever was asked of it", () => {
  const workspace = new Workspace(noFiles);
  const [aliases, part] = ["file:///etc/mail/aliases", "file:///etc/mail/part.conf"];
  workspace.open(TextDocument.create(aliases, "smtpd-aliases", 0, 'include "part.conf"\n'));
  workspace.open(TextDocument.create(part, "smtpd-conf", 0, "listen on lo\n"));
  expect(workspace.targetOf(aliases).setBy).toBe("default");
  expect(workspace.mainOf(part)).toBe(part);
});

const names = ["main", "one", "two"].map((name) => `file:///etc/mail/${name}.conf`);
const start = ['include "one.conf"\nmatch reject\n', 'include "two.conf"\n', "table t { a }\n"];

test(
  `after ${numRuns} bursts of edits the findings are those of a fresh look (seed ${seed})`,
  () => {
    fc.assert(
      fc.property(fc.array(burst, { minLength: 1, maxLength: 12 }), (bursts) => {
        const workspace = new Workspace(noFiles);
        const documents = names.map((uri, index) => TextDocument.create(uri, "smtpd-conf", 0, start[index] ?? ""));
        for (const document of documents) workspace.open(document);
        let version = 0;
        for (const edits of bursts) {
          for (const { document: number, at, length, text } of edits) {
            const document = documents[number] as TextDocument;
            const from = at % (document.getText().length + 1);
            const range = { start: document.positionAt(from), end: document.positionAt(from + length) };
            workspace.open(TextDocument.update(document, [{ range, text }], ++version));
            // An editor asks in between as well.
            workspace.viewOf(document.uri);
          }
          const fresh = new Workspace(noFiles);
          for (const { uri } of documents) {
            fresh.open(
              TextDocument.create(uri, "smtpd-conf", 0, documents.find((item) => item.uri === uri)?.getText() ?? ""),
            );
          }
          for (const { uri } of documents) {
            const main = workspace.mainOf(uri);
            expect(main).toBe(fresh.mainOf(uri));
            expect([...diagnosticsOf(workspace, main)]).toEqual([...diagnosticsOf(fresh, main)]);
          }
        }
      }),
      { numRuns, endOnFailure: true },
    );
  },
  runs(120_000),
);
