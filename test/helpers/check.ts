import { lineColumn, lineStarts, type SourceFile } from "@smtpdlint/grammar";
import { analyse, type Diagnostic, type LintOptions } from "@smtpdlint/lint";
import { memoryHost } from "@smtpdlint/model";
import { expect } from "vitest";
import { type Expected, type FixtureCase, mainPath } from "./fixture.ts";
import { fixtureMachine } from "./machine.ts";

/** The files of a case, and its machine if it has one. */
export function hostOf(fixture: FixtureCase) {
  const machine = fixture.options.has("on-host") ? fixtureMachine(fixture) : undefined;
  return memoryHost({ ...fixture.files, [mainPath]: fixture.text }, machine);
}

/** Lints a case; a rule that throws fails the test. */
export function lintCase(fixture: FixtureCase, options: LintOptions = {}) {
  const { text, target } = fixture;
  return analyse(mainPath, text, hostOf(fixture), {
    ...(target && { target }),
    ...options,
    onFault(rule, error) {
      throw new Error(`rule ${rule} threw`, { cause: error });
    },
  });
}

/** A diagnostic as the fixture would mark it. */
export function describe({ span, rule, message }: Diagnostic, files: readonly SourceFile[]) {
  const source = files[span.file] as SourceFile;
  const starts = lineStarts(source.text);
  const { line, column } = lineColumn(starts, span.start);
  const end = lineColumn(starts, span.end);
  // Marks underline one line, and at least one character.
  const lineEnd = (starts[line] ?? source.text.length + 1) - (starts[line - 1] as number);
  const endColumn = Math.max(end.line === line ? end.column : lineEnd, column + 1);
  return { path: source.path, line, column, endColumn, rule, message };
}

/** Compares the diagnostics of a case, as far as `isRelevant`, with its marks. */
export function checkCase(fixture: FixtureCase, isRelevant: (diagnostic: Diagnostic) => boolean): void {
  const { model, diagnostics } = lintCase(fixture);
  const found = diagnostics.filter(isRelevant).map((item) => describe(item, model.sources.files));
  const place = (item: Expected) => `${item.path}:${item.line}:${item.column}-${item.endColumn} ${item.rule}`;
  const rest = [...fixture.expected];
  // A mark may give only a part of the message.
  const seen = found.map((item) => {
    const at = rest.findIndex((mark) => place(mark) === place(item) && item.message.includes(mark.message));
    return `${place(item)}: ${at === -1 ? item.message : (rest.splice(at, 1)[0] as Expected).message}`;
  });
  expect(seen.sort()).toEqual(fixture.expected.map((mark) => `${place(mark)}: ${mark.message}`).sort());
}
