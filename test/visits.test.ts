import { analyse, analyseLazily, type LazyAnalysis, type Rule } from "@smtpdlint/lint";
import { type Machine, memoryHost } from "@smtpdlint/model";
import { describe, expect, test } from "vitest";

const text = `table a { x }
table b { y }
action "in" maildir alias <a>
match from any for local action "in"
`;
const edited = text.replace("{ y }", "{ z }");

type Visit = NonNullable<Rule["visit"]>["table"];

/** Analyses a text and then another one; the names of the tables that a rule is shown the second time. */
function shownAgain(visit: Visit, { second = edited, machine }: { second?: string; machine?: Machine } = {}): string[] {
  let shown: string[] = [];
  const rule: Rule = {
    meta: { id: "probe", category: "suspicious", summary: "a probe", messages: { found: "found" } },
    visit: {
      table(table, context, parents) {
        shown.push(table.name?.value ?? "");
        visit?.(table, context, parents);
      },
    },
  };
  const look = (text: string, previous?: ReturnType<typeof analyse>, host = memoryHost({})) =>
    analyse("/etc/mail/smtpd.conf", text, host, { rules: [rule], previous });
  // Kept from the first edit on.
  const first = look(text, look(text));
  shown = [];
  look(second, first, machine ? { ...memoryHost({}), machine } : undefined);
  return shown;
}

describe("after an edit a rule is shown again", () => {
  test("what has changed", () => {
    expect(shownAgain(() => {})).toEqual(["b"]);
  });

  test("no statement that has only moved", () => {
    expect(shownAgain(() => {}, { second: `# more\n${text}` })).toEqual([]);
  });

  test("those in which it has found something", () => {
    const report: Visit = (table, context) => {
      if (table.name?.value === "a") context.report({ span: table.span, message: "found" });
    };
    expect(shownAgain(report, { second: text })).toEqual(["a"]);
  });

  test("those in which it has found something, whenever it is asked", () => {
    const meta = { id: "probe", category: "suspicious", summary: "a probe", messages: { found: "found" } } as const;
    const rule: Rule = {
      meta,
      visit: { table: ({ span }, { report }) => report({ span, message: "found" }) },
    };
    const look = (previous?: LazyAnalysis) =>
      analyseLazily("/etc/mail/smtpd.conf", text, memoryHost({}), { rules: [rule], previous });
    const again = look(look());
    const asked = () => again.findingsOf(() => true).length;
    expect([asked(), asked(), again.diagnostics.length]).toEqual([2, 2, 2]);
  });

  test.each<[string, Visit]>([
    ["the tree", (_, { model }) => void model.config],
    ["the sources", (_, { model }) => void model.sources.files],
    ["tables", (_, { model }) => void model.statementsOf("table")],
    ["names of tables", (_, { model }) => void model.symbols.definitionsOf("table", "b")],
    ["rules, which use tables", (_, { policy }) => void policy.ruleset],
    ["what the parser found", (_, { problems }) => void problems],
    ["text of others", (_, { foreign }) => void foreign],
    ["causes", (_, { causedBy }) => void causedBy("split-source")],
  ])("all at which it has looked for what may have changed: %s", (_, visit) => {
    expect(shownAgain(visit)).toEqual(["a", "b"]);
  });

  test.each<[string, Visit]>([
    ["the listeners", (_, { model }) => void model.listeners],
    ["the table that it is shown", (table, { model }) => void model.tables.declared(table)],
    ["a table of another name", (_, { model }) => void model.symbols.definitionsOf("table", "a")],
    ["names of actions", (_, { model }) => void model.symbols.definitionsOf("action", "in")],
    ["where mail comes in", (_, { policy }) => void policy.entryPoints],
  ])("nothing more for what has not changed: %s", (_, visit) => {
    expect(shownAgain(visit)).toEqual(["b"]);
  });

  test("nothing more for the release and the options of commands, which stay", () => {
    expect(shownAgain((_, { target, commandOptions }) => void [target, commandOptions])).toEqual(["b"]);
  });

  test("all once there is a machine to look at", () => {
    const visit: Visit = (_, { machine }) => void machine;
    expect(shownAgain(visit)).toEqual(["b"]);
    expect(shownAgain(visit, { machine: {} as Machine })).toEqual(["a", "b"]);
  });

  test("all in which it has failed", () => {
    const fail: Visit = () => {
      throw new Error("a fault");
    };
    expect(shownAgain(fail)).toEqual(["a", "b"]);
  });
});
