import { existsSync } from "node:fs";
import { expect, describe as group, test } from "vitest";
import { lintCase } from "./helpers/check.ts";
import { readPage } from "./helpers/page.ts";
import { ruleFile, ruleFiles } from "./helpers/rule-cases.ts";

/** The page beside each rule: its form, and that its examples are what it says. */
for (const file of ruleFiles()) {
  const { id } = file;
  group(id, () => {
    const url = ruleFile(file, "md");
    const { title, sections, bad, good, links } = readPage(url);

    test("has the form of a page", () => {
      expect(title).toBe(id);
      expect(sections).toEqual(["Why", "Bad", "Good", "How to fix", "When to ignore"]);
      expect(bad.length).toBeGreaterThan(0);
      expect(good.length).toBeGreaterThan(0);
    });

    test("links to files that exist", () => {
      expect(links.filter((link) => !existsSync(new URL(link, url)))).toEqual([]);
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
