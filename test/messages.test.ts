import { readdirSync } from "node:fs";
import type { Diagnostic } from "@smtpdlint/analysis";
import { lineColumn, lineStarts, type SourceFile, type Span } from "@smtpdlint/grammar";
import { expect, test } from "vitest";
import { lintCase } from "./helpers/check.ts";
import { readFixture } from "./helpers/fixture.ts";

/**
 * All that a user gets to read of each rule, word for word, so that a change of
 * it is seen: `vitest -u` writes the files anew, and the diff is to be read.
 */
const folder = new URL("fixtures/rules/", import.meta.url);

test.each(readdirSync(folder))("%s", async (name) => {
  const id = name.replace(/\.txt$/, "");
  const shown = readFixture(new URL(name, folder)).flatMap((fixture) => {
    const { model, diagnostics } = lintCase(fixture);
    const own = diagnostics.filter(({ rule }) => rule === id);
    return own.length > 0
      ? [`=== ${fixture.title}\n${own.map((item) => show(item, model.sources.files)).join("")}`]
      : [];
  });
  await expect(shown.join("")).toMatchFileSnapshot(`fixtures/messages/${name}`);
});

function show({ span, severity, message, help, related, fixes }: Diagnostic, files: readonly SourceFile[]): string {
  const at = (place: Span) => {
    const { text = "", path = "" } = files[place.file] ?? {};
    const { line, column } = lineColumn(lineStarts(text), place.start);
    return `${path === files[0]?.path ? "" : `${path}:`}${line}:${column}`;
  };
  const lines = [
    `${at(span)} ${severity}: ${message}`,
    ...(help === undefined ? [] : [`  help: ${help}`]),
    ...related.map((place) => `  see ${at(place.span)}: ${place.message}`),
    ...fixes.flatMap(({ title, safe, edits }) => [
      `  fix: ${title}${safe ? "" : " (unsafe)"}`,
      ...edits.map(({ span, text }) => {
        const old = files[span.file]?.text.slice(span.start, span.end) ?? "";
        return `    ${at(span)} ${JSON.stringify(old)} → ${JSON.stringify(text)}`;
      }),
    ]),
  ];
  // A list of many thousand names says no more than its beginning.
  return lines.map((line) => `${line.length > 400 ? `${line.slice(0, 400)} …` : line}\n`).join("");
}
