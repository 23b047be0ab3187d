import { type Diagnostic, type Fix, fix, type Rule, rules as rulesOfSmtpdlint } from "@smtpdlint/lint";
import { memoryHost } from "@smtpdlint/model";
import { describe, expect, test } from "vitest";
import { hostOf, lintCase } from "./helpers/check.ts";
import { type FixtureCase, mainPath } from "./helpers/fixture.ts";
import { casesOf, ruleFiles } from "./helpers/rule-cases.ts";

/** Applies one fix, by itself, to the files of a case. */
function applyOne(fixture: FixtureCase, paths: readonly string[], { edits }: Fix): FixtureCase {
  const files: Record<string, string> = { ...fixture.files, [mainPath]: fixture.text };
  for (const { span, text } of [...edits].sort((a, b) => b.span.start - a.span.start)) {
    const path = paths[span.file] as string;
    const old = files[path] as string;
    files[path] = old.slice(0, span.start) + text + old.slice(span.end);
  }
  const { [mainPath]: text = "", ...others } = files;
  return { ...fixture, text, files: others };
}

const refusals = (diagnostics: readonly Diagnostic[]) =>
  diagnostics.filter(({ category }) => category === "refused").length;
const identity = ({ rule, message, span }: Diagnostic) => `${rule}: ${message} at ${span.file}:${span.start}`;

/** The finding as it would stand after the fix, if it were still there. */
function shift(diagnostic: Diagnostic, { edits }: Fix): string {
  const { span } = diagnostic;
  const before = edits.filter((edit) => edit.span.file === span.file && edit.span.end <= span.start);
  const start = before.reduce((at, edit) => at + edit.text.length - (edit.span.end - edit.span.start), span.start);
  return identity({ ...diagnostic, span: { ...span, start } });
}

/** Whether a finding after the fix refuses what the fix has written. */
const isRefusedIn =
  ({ edits }: Fix) =>
  ({ category, span }: Diagnostic) =>
    category === "refused" &&
    edits.some((edit) => {
      const before = edits.filter((other) => other.span.file === edit.span.file && other.span.end <= edit.span.start);
      const start = before
        .filter((other) => other !== edit)
        .reduce((at, { span, text }) => at + text.length - (span.end - span.start), edit.span.start);
      const isInside = start <= span.start && span.end <= start + edit.text.length;
      return edit.text !== "" && span.file === edit.span.file && isInside;
    });

for (const file of ruleFiles()) {
  const { id } = file;
  const isFixable = rulesOfSmtpdlint.find(({ meta }) => meta.id === id)?.meta.fixable ?? false;
  const cases = casesOf(file);
  const offersIn = (diagnostics: readonly Diagnostic[]) =>
    diagnostics.filter(({ rule }) => rule === id).flatMap((item) => item.fixes.map((each) => [item, each] as const));

  describe(id, () => {
    test("offers fixes if, and only if, it says so", () => {
      const offers = cases.flatMap((fixture) => offersIn(lintCase(fixture).diagnostics));
      expect(offers.length > 0).toBe(isFixable);
    });

    if (!isFixable) return;

    test("each fix, all of them, and again", () => {
      for (const fixture of cases) {
        const { model, diagnostics } = lintCase(fixture);
        const offers = offersIn(diagnostics);
        if (offers.length === 0) continue;

        const paths = model.sources.files.map(({ path }) => path);
        for (const [diagnostic, each] of offers) {
          const after = lintCase(applyOne(fixture, paths, each)).diagnostics;
          const title = `${fixture.title}: ${each.title}`;
          expect(after.map(identity), title).not.toContain(shift(diagnostic, each));
          expect(refusals(after), title).toBeLessThanOrEqual(refusals(diagnostics));
          if (each.safe) expect(after.filter(isRefusedIn(each)).map(identity), title).toEqual([]);
        }

        const host = hostOf(fixture);
        const options = { unsafe: true, ...(fixture.target && { target: fixture.target }) };
        const first = fix(mainPath, fixture.text, host, options);
        expect(first.applied, fixture.title).not.toEqual([]);
        expect(refusals(first.analysis.diagnostics), fixture.title).toBeLessThanOrEqual(refusals(diagnostics));
        const changed = Object.fromEntries(first.changes.map(({ path, after }) => [path, after]));
        const text = changed[mainPath] ?? fixture.text;
        const again = fix(
          mainPath,
          text,
          hostOf({ ...fixture, text, files: { ...fixture.files, ...changed } }),
          options,
        );
        expect(again, fixture.title).toMatchObject({ changes: [], applied: [] });
      }
    });
  });
}

describe("applying fixes", () => {
  const apply = (text: string, options: Parameters<typeof fix>[3] = {}, files: Record<string, string> = {}) =>
    fix(mainPath, text, memoryHost(files), { unsafe: true, ...options });
  const fixed = (text: string, options = {}) => apply(text, options).changes[0]?.after ?? text;

  /** Offers the edits given for each `admd`, with offsets from its start. */
  const ruleWith = (...edits: readonly (readonly [number, number, string])[]): Rule => ({
    meta: { id: "invalid-admd", category: "suspicious", summary: "", messages: { bad: "bad" } },
    visit: {
      admd({ span }, { report }) {
        const at = (from: number, to: number) => ({ ...span, start: span.start + from, end: span.start + to });
        const fixes = edits.map(([from, to, text]) => ({
          title: text,
          safe: true,
          edits: [{ span: at(from, to), text }],
        }));
        for (const each of fixes) report({ span: each.edits[0]?.span ?? span, message: "bad", fixes: [each] });
      },
    },
  });

  test("goes on until none is left: one mistake hides the next", () => {
    expect(fixed("lisen on lo prot 25 mask-source tagg x\nmatch form any for any rejct\n")).toBe(
      "listen on lo port 25 mask-src tag x\nmatch from any for any reject\n",
    );
    expect(fixed("reject from source <x> for any\ntable x { a }\n", { unsafe: true })).toContain(
      "match from src <x> for any reject\n",
    );
  });

  test("applies safe ones only, unless asked", () => {
    const text = "lisen on lo mask-source\nlisten on lo mask-source\nmatch reject\n";
    expect(fixed(text, { unsafe: false })).toBe("lisen on lo mask-source\nlisten on lo mask-src\nmatch reject\n");
  });

  test("keeps comments, macros, layout and line ends", () => {
    const text = "if = lo\t# the loop\r\n\r\nlisten  on\t$if \\\r\n   port   25 mask-source # old\r\nmatch reject";
    const crlf = { severities: { "carriage-return": "off" } as const };
    expect(fixed(text, crlf)).toBe(text.replace("mask-source", "mask-src"));
  });

  test("takes the first of two that overlap or touch, and the other later", () => {
    const rules = [ruleWith([5, 8, "foo"], [7, 9, "x"])];
    expect(
      apply("admd abcd\n", { rules, wants: ({ span }) => span.end - span.start > 1 }).applied.map(
        ({ title }) => title,
      )[0],
    ).toBe("foo");
    const two = apply("admd abcd\n", { rules: [ruleWith([5, 7, "x"], [7, 9, "y"])] });
    expect(two.applied[0]?.title).toBe("x");
  });

  test("gives up on fixes that call for each other", () => {
    const { applied } = apply("admd a\n", { rules: [ruleWith([5, 6, "b"])] });
    expect(applied.length).toBeLessThanOrEqual(100);
  });

  test("leaves out what leads to more refusals, and applies the rest", () => {
    const rules = [...rulesOfSmtpdlint, ruleWith([0, 4, "nonsense"])].filter(({ meta }) => meta.id !== "no-rules");
    const text = "admd a\nlisten on lo mask-source\nmatch reject\n";
    expect(apply(text, { rules }).changes[0]?.after).toBe("admd a\nlisten on lo mask-src\nmatch reject\n");
  });

  test("mends included files, a file that is included twice once, and none that may not change", () => {
    const files = { "/etc/mail/inc": "listen on lo mask-source\n", "/etc/mail/other": "listen on lo mask-source\n" };
    const text = 'include "inc"\ninclude "inc"\ninclude "other"\nmatch reject\n';
    const { changes, applied } = apply(text, { mayEdit: (path) => path !== "/etc/mail/other" }, files);
    expect(changes).toEqual([
      { path: "/etc/mail/inc", before: files["/etc/mail/inc"], after: "listen on lo mask-src\n" },
    ]);
    expect(applied).toEqual([{ rule: "old-syntax", title: "change to 'mask-src'", path: "/etc/mail/inc", line: 1 }]);
  });

  test("leaves suppressed findings and those that are not wanted alone", () => {
    const text = "# smtpdlint-disable old-syntax\nlisten on lo mask-source\nmatch reject\n";
    expect(apply(text).changes).toEqual([]);
    expect(apply("listen on lo mask-source\n", { wants: () => false }).changes).toEqual([]);
  });

  test("never changes what a macro stands for", () => {
    const text = 'old = "mask-source"\nport = "submision"\nlisten on lo $old\nlisten on lo port $port\nmatch reject\n';
    expect(apply(text.replace('port = "', 'where = "').replace("port $port", "port $where")).changes).toEqual([]);
  });

  test("ends in a file with ten thousand mistakes", () => {
    const text = `${"listen on lo mask-source\n".repeat(10_000)}match reject\n`;
    expect(apply(text).applied).toHaveLength(10_000);
  });

  test("mends more mistakes than are shown, and asks once whether a file may change", () => {
    const asked: string[] = [];
    const mayEdit = (path: string) => asked.push(path) > 0;
    const { applied, analysis } = apply(`listen on lo${" tls".repeat(30_001)}\nmatch reject\n`, { mayEdit });
    expect(applied).toHaveLength(30_000);
    expect(analysis.model.sources.files[0]?.text).toBe("listen on lo tls\nmatch reject\n");
    expect(asked.length).toBeLessThan(100);
  });

  test("shows no more of what cannot be mended than without fixes", () => {
    const text = `table t { ${Array.from({ length: 12_000 }, (_, index) => `a${index}`).join(", ")} }\nmatch from src <t> for any reject\n`;
    const { diagnostics, omitted } = apply(text).analysis;
    expect(diagnostics.filter(({ rule }) => rule === "not-an-address")).toHaveLength(10_000);
    expect(omitted).toEqual([{ rule: "not-an-address", count: 2000 }]);
  });
});

/** Findings that ask "did you mean X?" and do not offer to write it, by the title of their case, and why. */
const withoutFix: Readonly<Record<string, string>> = {
  "invalid-limit: a slip in a macro": "the macro may stand elsewhere too",
  "undefined-table: a slip that came from a macro": "the macro may stand elsewhere too",
};

test("what is asked for with 'did you mean' can be written by a fix", () => {
  const asks = ({ message, help = "" }: Diagnostic) => /did you mean/.test(message) || /did you mean/.test(help);
  const bare = ruleFiles().flatMap((file) =>
    casesOf(file).flatMap((fixture) =>
      lintCase(fixture)
        .diagnostics.filter((diagnostic) => diagnostic.rule === file.id && asks(diagnostic))
        .filter(({ fixes }) => fixes.length === 0)
        .map(({ rule }) => `${rule}: ${fixture.title}`),
    ),
  );
  expect([...new Set(bare)].sort()).toEqual(Object.keys(withoutFix).sort());
});
