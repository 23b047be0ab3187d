import { fileURLToPath } from "node:url";
import { lineColumn, lineStarts, type SourceFile, type Span } from "@smtpdlint/grammar";
import { type Diagnostic, rules } from "@smtpdlint/lint";
import { expect, describe as group, test } from "vitest";
import { checkCase, lintCase } from "./helpers/check.ts";
import { type FixtureCase, parseCase } from "./helpers/fixture.ts";
import { casesOf, ruleFile, ruleFiles } from "./helpers/rule-cases.ts";

/** The cases beside each rule: where it fires and where not, and what a user gets to read. Marks show all findings of the rule and all refusals. */
const files = ruleFiles();

test("the list of rules is that of the folders", () => {
  expect(files.map(({ id }) => id)).toEqual(rules.map(({ meta }) => meta.id));
});

for (const file of files) {
  const { id } = file;
  group(id, () => {
    const cases = casesOf(file);
    for (const fixture of cases) {
      test(fixture.title, () => checkCase(fixture, ({ rule, category }) => rule === id || category === "refused"));
    }
    test("fires somewhere, and somewhere not", () => {
      const fires = cases.map(({ expected }) => expected.some(({ rule }) => rule === id));
      expect(fires).toContain(true);
      expect(fires).toContain(false);
    });
    // Word for word, so that a change of it is seen: `vitest -u` writes it anew, and the diff is to be read.
    test("says what its cases say that it says", async () => {
      const text = cases.map((fixture) => `=== ${fixture.source}${shownOf(fixture, id)}`).join("");
      await expect(text).toMatchFileSnapshot(fileURLToPath(ruleFile(file, "txt")));
    });
  });
}

test("a key that is given on the command line stands in no file", () => {
  const text = "keys | on-host\nqueue encryption $key\nsrs key secret\n";
  const { diagnostics } = lintCase(parseCase(text), { macros: new Map([["key", "0123456789abcdef0123456789abcdef"]]) });
  const found = diagnostics.filter(({ rule }) => rule === "readable-secret").map(({ message }) => message);
  expect(found).toEqual([expect.stringContaining("the key of srs")]);
});

/** What a user gets to read of a rule in a case. */
function shownOf(fixture: FixtureCase, id: string): string {
  const { model, diagnostics } = lintCase(fixture);
  const own = diagnostics.filter(({ rule }) => rule === id);
  return own.length > 0 ? `>>>\n${own.map((item) => show(item, model.sources.files)).join("")}` : "";
}

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
