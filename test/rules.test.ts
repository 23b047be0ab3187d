import { readdirSync } from "node:fs";
import { rules } from "@smtpdlint/analysis";
import { expect, describe as group, test } from "vitest";
import { checkCase, lintCase } from "./helpers/check.ts";
import { parseCase, readFixture } from "./helpers/fixture.ts";

/** `fixtures/rules/<id>.txt`: where a rule fires and where not. Marks show all findings of the rule and all refusals. */
const folder = new URL("fixtures/rules/", import.meta.url);
const ids = readdirSync(folder).map((name) => name.replace(/\.txt$/, ""));

test("every rule has a fixture, and every fixture a rule", () => {
  expect(ids.sort()).toEqual(rules.map(({ meta }) => meta.id).sort());
});

for (const id of ids) {
  group(id, () => {
    const cases = readFixture(new URL(`${id}.txt`, folder));
    for (const fixture of cases) {
      test(fixture.title, () => checkCase(fixture, ({ rule, category }) => rule === id || category === "refused"));
    }
    test("fires somewhere, and somewhere not", () => {
      const fires = cases.map(({ expected }) => expected.some(({ rule }) => rule === id));
      expect(fires).toContain(true);
      expect(fires).toContain(false);
    });
  });
}

test("a key that is given on the command line stands in no file", () => {
  const text = "keys | on-host\nqueue encryption $key\nsrs key secret\n";
  const { diagnostics } = lintCase(parseCase(text), { macros: new Map([["key", "0123456789abcdef0123456789abcdef"]]) });
  const found = diagnostics.filter(({ rule }) => rule === "readable-secret").map(({ message }) => message);
  expect(found).toEqual([expect.stringContaining("the key of srs")]);
});
