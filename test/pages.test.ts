import { existsSync, readdirSync } from "node:fs";
import { rules } from "@smtpdlint/analysis";
import { expect, describe as group, test } from "vitest";
import { lintCase } from "./helpers/check.ts";
import { readPage } from "./helpers/page.ts";

/** `docs/rules/<id>.md`: its form, and that its examples are what it says. */
const folder = new URL("../packages/analysis/docs/rules/", import.meta.url);
const ids = readdirSync(folder)
  .filter((name) => name !== "README.md")
  .map((name) => name.replace(/\.md$/, ""));

test("every rule has a page, and every page a rule", () => {
  expect(ids.sort()).toEqual(rules.map(({ meta }) => meta.id).sort());
});

for (const id of ids) {
  group(id, () => {
    const { title, sections, bad, good, links } = readPage(new URL(`${id}.md`, folder));

    test("has the form of a page", () => {
      expect(title).toBe(id);
      expect(sections).toEqual(["Why", "Bad", "Good", "How to fix", "When to ignore"]);
      expect(bad.length).toBeGreaterThan(0);
      expect(good.length).toBeGreaterThan(0);
    });

    test("links to files that exist", () => {
      expect(links.filter((link) => !existsSync(new URL(link, folder)))).toEqual([]);
    });

    for (const example of bad) {
      test(`bad: ${example.title}`, () => {
        expect(lintCase(example).diagnostics.map(({ rule }) => rule)).toContain(id);
      });
    }

    for (const example of good) {
      test(`good: ${example.title}`, () => {
        const serious = lintCase(example).diagnostics.filter(
          ({ rule, category }) => rule === id || ["refused", "broken", "security", "internal"].includes(category),
        );
        expect(serious.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
      });
    }
  });
}
