import { readdirSync } from "node:fs";
import { type Diagnostic, type Fix, fix, memoryHost, rules } from "@smtpdlint/analysis";
import { describe, expect, test } from "vitest";
import { lintCase } from "./helpers/check.ts";
import { type FixtureCase, mainPath, readFixture } from "./helpers/fixture.ts";

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

const folder = new URL("fixtures/rules/", import.meta.url);
for (const name of readdirSync(folder)) {
  const id = name.replace(/\.txt$/, "");
  const cases = readFixture(new URL(name, folder));
  const found = cases.map((fixture) => ({ fixture, ...lintCase(fixture) }));
  const own = ({ rule }: Diagnostic) => rule === id;

  describe(id, () => {
    test("offers fixes if, and only if, it says so", () => {
      const offers = found.some(({ diagnostics }) => diagnostics.some((item) => own(item) && item.fixes.length > 0));
      expect(rules.find(({ meta }) => meta.id === id)?.meta.fixable ?? false).toBe(offers);
    });

    for (const { fixture, model, diagnostics } of found) {
      const paths = model.files.map(({ path }) => path);
      const offered = diagnostics
        .filter(own)
        .flatMap((item) => item.fixes.map((each) => [each.title, item, each] as const));
      if (offered.length === 0) continue;

      test.each(offered)(`${fixture.title}: %s`, (_, diagnostic, each) => {
        const after = lintCase(applyOne(fixture, paths, each)).diagnostics;
        expect(after.map(identity)).not.toContain(shift(diagnostic, each));
        expect(refusals(after)).toBeLessThanOrEqual(refusals(diagnostics));
      });

      test(`${fixture.title}: all fixes, and again`, () => {
        const host = memoryHost(fixture.files);
        const options = { unsafe: true, ...(fixture.target && { target: fixture.target }) };
        const first = fix(mainPath, fixture.text, host, options);
        expect(first.applied).not.toEqual([]);
        expect(refusals(first.analysis.diagnostics)).toBeLessThanOrEqual(refusals(diagnostics));
        const changed = Object.fromEntries(first.changes.map(({ path, after }) => [path, after]));
        const text = changed[mainPath] ?? fixture.text;
        expect(fix(mainPath, text, memoryHost({ ...fixture.files, ...changed }), options)).toMatchObject({
          changes: [],
          applied: [],
        });
      });
    }
  });
}
