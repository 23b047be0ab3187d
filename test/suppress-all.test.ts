import { analyse, type Diagnostic, rules, suppressAll } from "@smtpdlint/lint";
import { memoryHost } from "@smtpdlint/model";
import { describe, expect, test } from "vitest";
import { type FixtureCase, mainPath } from "./helpers/fixture.ts";
import { allCases } from "./helpers/rule-cases.ts";

/** `--suppress-all`, on the cases of all rules. */
const ofComments = new Set(rules.filter(({ directives }) => directives).map(({ meta }) => meta.id));
const isSuppressible = ({ category, rule }: Diagnostic) => category !== "refused" && !ofComments.has(rule);
const rulesIn = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ rule }) => rule);

/** Suppresses all findings of some files; returns them with what is left to find. */
function suppress(files: Readonly<Record<string, string>>, target?: Parameters<typeof analyse>[3]) {
  const text = files[mainPath] ?? "";
  const { changes, counts, analysis } = suppressAll(mainPath, text, memoryHost(files), target ?? {});
  const changed = { ...files, ...Object.fromEntries(changes.map(({ path, after }) => [path, after])) };
  return { changes, counts, changed, analysis };
}

/** Above a line that belongs to a comment behind a statement there is no place for another comment. */
const uncoverable = new Set(["continued-comment"]);

describe("on the cases of all rules", () => {
  // How much text macros may stand for depends on the length of the file, which comments change.
  const isUsual = ({ expected }: FixtureCase) => !expected.some(({ rule }) => rule === "too-much-macro-text");
  const cases = allCases().filter((fixture) => !fixture.options.has("on-host") && isUsual(fixture));

  test.each(cases.map((fixture) => [fixture.title, fixture] as const))("%s", (_, { text, files, target }) => {
    const options = target ? { target } : {};
    const all = { ...files, [mainPath]: text };
    const before = analyse(mainPath, text, memoryHost(all), options);
    const { changed, counts, analysis, changes } = suppress(all, options);
    const left = analysis.diagnostics.filter(isSuppressible);
    expect(rulesIn(left).filter((rule) => !uncoverable.has(rule))).toEqual([]);
    // Nothing else is found than was.
    const again = analyse(mainPath, changed[mainPath] ?? "", memoryHost(changed), options);
    expect(rulesIn(again.diagnostics)).toEqual(rulesIn(analysis.diagnostics));
    const others = ({ diagnostics }: typeof before) => rulesIn(diagnostics.filter((item) => !isSuppressible(item)));
    expect(others(again).toSorted()).toEqual(others(before).toSorted());
    const suppressed = before.diagnostics.filter(isSuppressible).length - left.length;
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(suppressed);
    // Nothing but comments is written, and then nothing is left to do.
    const written = /[ \t]*# smtpdlint-disable-next-line [\w, -]+ -- baseline\r?\n/g;
    for (const change of changes) expect(change.after.replace(written, "")).toBe(change.before);
    expect(suppress(changed, options).changes).toEqual([]);
  });
});

const relay = 'match from any for any action "out"\n';
const server = 'listen on eth0\naction "out" relay\n';
const comment = "# smtpdlint-disable-next-line open-relay -- baseline\n";

test("what smtpd refuses stays an error", () => {
  const wrong = "listen on lo port submision\n";
  const { analysis, changes } = suppress({ [mainPath]: server + wrong + relay });
  expect(rulesIn(analysis.diagnostics)).toEqual(["invalid-port"]);
  expect(changes.map(({ after }) => after)).toEqual([server + wrong + comment + relay]);
});

test("what is not wanted, and files that must not change, are left alone", () => {
  const files = { [mainPath]: `${server}include "inc"\n${relay}`, "/etc/mail/inc": relay };
  const mayEdit = (path: string) => path === mainPath;
  const own = suppressAll(mainPath, files[mainPath], memoryHost(files), { mayEdit });
  expect(own.changes.map(({ path }) => path)).toEqual([mainPath]);
  expect(rulesIn(own.analysis.diagnostics)).toEqual(["open-relay"]);
  expect([...own.counts]).toEqual([["unreachable-match", 1]]);
  const wants = ({ rule }: Diagnostic) => rule === "open-relay";
  const some = suppressAll(mainPath, files[mainPath], memoryHost(files), { wants });
  expect(some.changes.map(({ path, after }) => [path, after])).toEqual([["/etc/mail/inc", comment + relay]]);
});
