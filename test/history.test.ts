import { originOf, parse } from "@smtpdlint/grammar";
import { type Analysis, analyse, analyseLazily, type Rule } from "@smtpdlint/lint";
import { allLooks, atEverything, atKinds, blindHost, type Host, Model, memoryHost, watch } from "@smtpdlint/model";
import { Policy } from "@smtpdlint/policy";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs, seed } from "./helpers/random.ts";
import { allCases } from "./helpers/rule-cases.ts";

/** What is kept of an earlier look at a text while it is edited. */
const text = `m = "x.example"
table t { "a.example" }
filter f phase connect match rdns disconnect "550 no"
listen on lo filter f tag T
action "in" maildir
match tag T for domain <t> action "in"
`;

type Look = NonNullable<Rule["model"]>;

/** A rule that only looks; how often it does is counted. */
function probe(look: Look): { readonly rule: Rule; readonly count: () => number } {
  let count = 0;
  const meta = { id: "probe", category: "suspicious", summary: "a probe", messages: { found: "found" } } as const;
  const rule: Rule = {
    meta,
    model(model, context) {
      count++;
      look(model, context);
    },
  };
  return { rule, count: () => count };
}

/** True if a rule looks again after an edit. */
function looksAgain(look: Look, edited: string, before: Host = blindHost, after = before): boolean {
  const { rule, count } = probe(look);
  const first = analyse("/etc/mail/smtpd.conf", text, before, { rules: [rule] });
  analyse("/etc/mail/smtpd.conf", edited, after, { rules: [rule], previous: first });
  return count() > 1;
}

const edits = {
  comment: text.replace("listen", "# more\nlisten"),
  macro: text.replace('"x.example"', '"y.example"'),
  table: text.replace("a.example", "b.example"),
  filter: text.replace("550 no", "550 never"),
  listen: text.replace("tag T\n", "tag T port 2525\n"),
  action: text.replace("maildir", "mbox"),
  match: text.replace("for domain", "from any for domain"),
  order: text.replace(/(match .*\n)/, "$1match for any reject\n"),
  broken: text.replace("maildir", "maildir maildir"),
} as const;
type Edit = keyof typeof edits;

describe("a rule that has found nothing looks again after an edit of what it has looked at, and of nothing else", () => {
  const every = Object.keys(edits) as Edit[];
  test.each<[string, Look, readonly Edit[]]>([
    ["nothing", () => {}, []],
    ["the tree", ({ config }) => void config, every],
    ["the text", ({ sources }) => void sources.fileOf({ file: 0, start: 0, end: 1 }), every],
    ["the problems", (_, { problems }) => void problems, every],
    ["whether all is whole", ({ isWhole }) => void isWhole, ["broken"]],
    ["listeners", ({ listeners }) => void listeners, ["listen"]],
    ["actions", ({ actions }) => void actions, ["action", "broken"]],
    ["match rules", ({ matches }) => void matches, ["match", "order"]],
    ["statements of two kinds", (model) => void model.statementsOf("table", "smtp"), ["table"]],
    [
      "contents of tables",
      (model) => model.statementsOf("table").map((table) => model.tables.declared(table)),
      ["table"],
    ],
    ["names of filters", ({ symbols }) => void symbols.byName("filter"), ["filter"]],
    ["the table of a name", ({ symbols }) => void symbols.definitionsOf("table", "t"), ["table"]],
    ["a table that there is not", ({ symbols }) => void symbols.definitionsOf("table", "u"), []],
    ["the nearest name of a table", ({ symbols }) => void symbols.nearestName("table", "u"), ["table"]],
    ["uses of actions", ({ symbols }) => void symbols.referencesTo("action"), ["match", "order"]],
    ["uses of macros", ({ symbols }) => void symbols.referencesTo("macro"), every],
    ["all names", ({ symbols }) => void symbols.definitions, every],
    [
      "the rules as smtpd keeps them",
      (_, { policy }) => void policy.ruleset,
      ["table", "filter", "listen", "action", "match", "order", "broken"],
    ],
    ["where mail comes in", (_, { policy }) => void policy.entryPoints, ["listen"]],
    [
      "filters of listeners",
      (model, { policy }) => model.listeners.map((one) => policy.filtersOf(one)),
      ["filter", "listen", "action", "broken"],
    ],
  ])("%s", (_, look, after) => {
    expect(Object.entries(edits).flatMap(([name, edited]) => (looksAgain(look, edited) ? [name] : []))).toEqual(after);
  });

  test("what was worked out once counts for each that asks for it", () => {
    const twice: Look = (model, { policy }) => void [policy.ruleset, model];
    const { rule: first } = probe(twice);
    const { rule, count } = probe(twice);
    const meta = { ...rule.meta, id: "other" };
    const rules = [first, { ...rule, meta }];
    const previous = analyse("smtpd.conf", text, blindHost, { rules });
    analyse("smtpd.conf", edits.match, blindHost, { rules, previous });
    expect(count()).toBe(2);
  });

  test("what it has found, and what it has failed at, it looks for each time", () => {
    expect(
      looksAgain(
        (model, { report }) =>
          report({ span: model.listeners[0]?.span ?? { file: 0, start: 0, end: 0 }, message: "found" }),
        edits.comment,
      ),
    ).toBe(true);
    const fail = () => {
      throw new Error("a fault");
    };
    expect(looksAgain(fail, edits.comment)).toBe(true);
  });

  test("a table's file that says something else changes all", () => {
    const withTable = text.replace('{ "a.example" }', "file:/t");
    const host = (entry: string) => memoryHost({ "/t": `${entry}\n` });
    const { rule, count } = probe((model) => void model.listeners);
    let analysis = analyse("smtpd.conf", withTable, host("a"), { rules: [rule] });
    analysis = analyse("smtpd.conf", withTable, host("a"), { rules: [rule], previous: analysis });
    expect(count()).toBe(1);
    analyse("smtpd.conf", withTable, host("b"), { rules: [rule], previous: analysis });
    expect(count()).toBe(2);
  });

  test("a table's file that cannot be read for another reason changes all", () => {
    const withTable = text.replace('{ "a.example" }', "file:/t");
    const { rule, count } = probe((model) => void model.listeners);
    const analysis = analyse("smtpd.conf", withTable, blindHost, { rules: [rule] });
    analyse("smtpd.conf", withTable, memoryHost({}), { rules: [rule], previous: analysis });
    expect(count()).toBe(2);
  });

  test("a match rule is read again when a table that it names is another, and only then", () => {
    const textWith = (b: string) => `table a { a.example }
table b { ${b} }
match for domain <a> reject
match for domain <b> reject
`;
    const first = analyse("smtpd.conf", textWith("b.example"), blindHost);
    // What is kept is kept once somebody edits.
    const previous = analyse("smtpd.conf", `# x\n${textWith("b.example")}`, blindHost, { previous: first });
    const setsOf = ({ policy }: Analysis) => policy.ruleset.map(({ destination }) => destination.table);
    const [a, b] = setsOf(previous);
    const [sameA, otherB] = setsOf(analyse("smtpd.conf", `# x\n${textWith("c.example")}`, blindHost, { previous }));
    expect(sameA).toBe(a);
    expect(otherB).not.toBe(b);
    expect(otherB?.keys).toEqual(["c.example"]);
  });

  test("a rule has its keys in its own order, whoever had the same before", () => {
    const second = 'match for domain { "b.example", "a.example" } reject\n';
    const first = 'match for domain { "a.example", "b.example" } reject\n';
    let previous: Analysis | undefined;
    for (const text of [`${first}${second}`, `# x\n${first}${second}`, `# x\n${second}`]) {
      previous = analyse("smtpd.conf", text, blindHost, { previous });
    }
    expect(previous?.policy.ruleset.map(({ destination }) => destination.table.keys)).toEqual([
      ["b.example", "a.example"],
    ]);
  });

  test("whether there is a match rule", () => {
    const look: Look = ({ hasRules }) => void hasRules;
    expect(looksAgain(look, edits.match)).toBe(false);
    expect(looksAgain(look, text.replace(/match .*\n/, ""))).toBe(true);
  });

  test("a gap that is closed: an include that was not read", () => {
    const { rule, count } = probe((model) => void model.sources.isIncompleteAt(undefined));
    const options = { rules: [rule] };
    let analysis = analyse("smtpd.conf", text, blindHost, options);
    const withGap = `include "/not/there"\n${text}`;
    analysis = analyse("smtpd.conf", withGap, blindHost, { ...options, previous: analysis });
    expect(count()).toBe(2);
    analysis = analyse("smtpd.conf", text, blindHost, { ...options, previous: analysis });
    expect(count()).toBe(3);
    analyse("smtpd.conf", edits.comment, blindHost, { ...options, previous: analysis });
    expect(count()).toBe(3);
  });

  test("a host that comes, and one that was there", () => {
    const machine = { isUser: () => true } as unknown as NonNullable<Host["machine"]>;
    const look: Look = (model) => void model.machine;
    expect(looksAgain(look, edits.comment)).toBe(false);
    expect(looksAgain(look, edits.comment, blindHost, { ...blindHost, machine })).toBe(true);
    expect(looksAgain(look, edits.comment, { ...blindHost, machine })).toBe(true);
  });

  test("two texts that come from the same one know nothing of each other", () => {
    const { rule, count } = probe((model) => void model.matches);
    const options = { rules: [rule] };
    const first = analyse("smtpd.conf", text, blindHost, options);
    const one = analyse("smtpd.conf", edits.match, blindHost, { ...options, previous: first });
    const other = analyse("smtpd.conf", text, blindHost, { ...options, previous: first });
    expect(count()).toBe(3);
    analyse("smtpd.conf", `${edits.match}# x\n`, blindHost, { ...options, previous: one });
    expect(count()).toBe(3);
    analyse("smtpd.conf", `${text}# x\n`, blindHost, { ...options, previous: other });
    expect(count()).toBe(3);
  });

  test("a text that nobody has looked through is no gap", () => {
    const { rule, count } = probe((model) => void model.matches);
    const options = { rules: [rule] };
    const first = analyse("smtpd.conf", text, blindHost, options);
    const changed = analyseLazily("smtpd.conf", edits.match, blindHost, { ...options, previous: first });
    analyse("smtpd.conf", `${edits.match}# x\n`, blindHost, { ...options, previous: changed });
    expect(count()).toBe(2);
  });
});

test("each answer of the model and the policy notes what it looks at", () => {
  const { config, problems } = parse("smtpd.conf", text);
  const model = new Model(config, problems, "7.8", blindHost);
  const policy = new Policy(model);
  const { sources, symbols, tables } = model;
  const [table] = model.statementsOf("table");
  const [match] = model.matches;
  const [listener] = model.listeners;
  const [action] = model.actions;
  if (!table || !match || !listener || !action) throw new Error("a statement is missing");
  const span = { file: 0, start: 0, end: 1 };
  const expression = originOf(match).conditions.find(({ table }) => table?.kind === "table-reference")?.table;
  const [reference] = symbols.referencesTo("table");
  if (!expression || !reference) throw new Error("a table is not used");
  const questions: Readonly<Record<string, () => unknown>> = {
    areAlternatives: () => sources.areAlternatives(span, span),
    hasPlaceholder: () => sources.hasPlaceholder(span),
    fileOf: () => sources.fileOf(span),
    textAt: () => sources.textAt(span),
    textAfter: () => sources.textAfter(span, /x/),
    macroAt: () => sources.macroAt(span),
    spanWithin: () => table.name && sources.spanWithin(table.name, 0, 1),
    isIncompleteAt: () => sources.isIncompleteAt(table),
    isIncompleteAtSpan: () => sources.isIncompleteAtSpan(span),
    definitionsOf: () => symbols.definitionsOf("table", "t"),
    byName: () => symbols.byName("table"),
    around: () => symbols.around(0, 1),
    definitionsOfKind: () => symbols.definitionsOfKind("table"),
    referencesTo: () => symbols.referencesTo("table"),
    namesOf: () => symbols.namesOf("table"),
    nearestName: () => symbols.nearestName("table", "x"),
    resolve: () => symbols.resolve(reference),
    actionOf: () => symbols.actionOf(match),
    filterBefore: () => symbols.filterBefore("f", listener),
    of: () => tables.of(expression),
    in: () => tables.in(match, expression),
    declared: () => tables.declared(table),
    keysOf: () => tables.keysOf(expression),
    keysIn: () => tables.keysIn(match, expression),
    isOfSmtpd: () => tables.isOfSmtpd("<dynamic:0>", match),
    filtersOf: () => policy.filtersOf(listener),
    relayHosts: () => policy.relayHosts(action),
    entryPointsFor: () => policy.entryPointsFor(undefined),
    statementsOf: () => model.statementsOf("table"),
  };
  // Getters are found; no method is forgotten above. A statement whose references somebody wants has been looked at.
  const inside = [
    "referencesIn",
    "constructor",
    "isAtLeast",
    "ofHost",
    "statementsIn",
    "definitionsByName",
    "definitionsIn",
    "keysOnce",
  ];
  const silent: string[] = [];
  for (const part of [model, policy, sources, symbols, tables]) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(part)))) {
      if (inside.includes(name)) continue;
      const ask = get ? () => get.call(part) : questions[name];
      if (!ask || watch(ask).looks === 0) silent.push(name);
    }
  }
  expect(silent).toEqual([]);
  expect(watch(() => policy.ruleset).looks & atKinds("match", "table")).toBe(atKinds("match", "table"));
  expect(watch(() => model.config).looks).toBe(atEverything);
  expect(allLooks).toBe(2 * atEverything - 1);
});

const withoutModel = ({ diagnostics, omitted }: Analysis) => ({ diagnostics, omitted });

test(`after any edits the findings are those of a fresh look (seed ${seed})`, () => {
  const texts = allCases()
    .map(({ text }) => text)
    .filter(({ length }) => length < 1500);
  const part = fc.constantFrom(...texts);
  const start = fc.array(part, { minLength: 1, maxLength: 5 }).map((all) => all.join("\n"));
  const edit = fc.tuple(
    fc.nat(),
    fc.nat(60),
    fc.oneof(
      fc.constantFrom("", "\n", "x", " ", "# x\n", '"', "{", "match from any for any reject\n", "listen on lo\n"),
      part,
    ),
  );
  fc.assert(
    fc.property(start, fc.array(edit, { minLength: 1, maxLength: 6 }), (start, edits) => {
      let text = start;
      let previous = analyse("smtpd.conf", text, blindHost);
      for (const [at, length, inserted] of edits) {
        const from = at % (text.length + 1);
        text = text.slice(0, from) + inserted + text.slice(from + length);
        previous = analyse("smtpd.conf", text, blindHost, { previous });
        expect(withoutModel(previous)).toEqual(withoutModel(analyse("smtpd.conf", text, blindHost)));
      }
    }),
    { numRuns: runs(150), endOnFailure: true },
  );
});
