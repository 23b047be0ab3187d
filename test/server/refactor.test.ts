import { applyEdits } from "@smtpdlint/grammar";
import { refactorings } from "@smtpdlint/ide";
import { analyse } from "@smtpdlint/lint";
import { blindHost } from "@smtpdlint/model";
import { expect, test } from "vitest";
import { readMarked } from "./marked.ts";

/** A text with a cursor, what to do, and the text after it. */
const cases: readonly (readonly [text: string, title: string, after: string])[] = [
  [
    'match from any for domain { a.org, "b$0.org" } reject\n',
    "move to a table with a name",
    'table table1 { a.org, "b.org" }\nmatch from any for domain <table1> reject\n',
  ],
  [
    "table table1 { x }\naction a mbox alias { root =$0 joe }\nmatch for domain <table1> action a\n",
    "move to a table with a name",
    "table table1 { x }\ntable table2 { root = joe }\naction a mbox alias <table2>\nmatch for domain <table1> action a\n",
  ],
  ['listen on "et$0h0"\nmatch reject\n', "move to a macro", 'name1 = "eth0"\nlisten on $name1\nmatch reject\n'],
  [
    "match from any for domain <the$0m> reject\n",
    "add the table 'them'",
    'table them { "VALUE" }\nmatch from any for domain <them> reject\n',
  ],
  ["match action o$0ut\n", "add the action 'out'", "action out relay\nmatch action out\n"],
  [
    "listen on lo filter names$0\nmatch reject\n",
    "add the filter 'names'",
    "filter names phase connect match !rdns junk\nlisten on lo filter names\nmatch reject\n",
  ],
];

test.each(cases)("%s %s", (text, title, after) => {
  const { view, offset } = readMarked(text);
  const action = refactorings(view, offset, offset).find((item) => item.title === title);
  expect(applyEdits(text.replace("$0", ""), action?.edits ?? [])).toBe(after);
  const refused = analyse("x", after, blindHost).diagnostics.filter(({ category }) => category === "refused");
  expect(refused).toEqual([]);
});

test.each([
  ["a text that smtpd would read anew", 'include "/etc/$0x"\n'],
  ["a table that has a name", "table t { a$0 }\nmatch reject\n"],
  ["a reserved word", 'match tag "rel$0ay" reject\n'],
])("nothing for %s", (_, text) => {
  const { view, offset } = readMarked(text);
  const titles = refactorings(view, offset, offset).map(({ title }) => title);
  expect(titles.filter((title) => title !== "move to a macro" || !text.startsWith("table"))).toEqual([]);
});
