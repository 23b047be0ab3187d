import { findUse, keywords, type Release, releases, SmtpdParser, usesIn, vocabulary } from "@smtpdlint/grammar";
import { type IProduction, NonTerminal, type Rule, Terminal } from "chevrotain";
import { describe, expect, test } from "vitest";
import "../helpers/group-by.ts";

const parser = new SmtpdParser({ skipValidations: false });
const grammar = Object.values(parser.getGAstProductions()) as Rule[];

/** The words of the keyword table in parse.y, by release (`lookup`). */
const reservedWords: Readonly<Record<string, number>> = {
  "6.4": 75,
  "6.5": 75,
  "6.6": 98,
  "6.7": 99,
  "6.8": 100,
  "6.9": 100,
  "7.0": 101,
  "7.1": 101,
  "7.8": 101,
  "7.9": 101,
};

function terminals(items: readonly IProduction[]): string[] {
  return items.flatMap((item) => {
    if (item instanceof Terminal) return [item.terminalType.name];
    if (item instanceof NonTerminal) return [];
    return terminals((item as unknown as { definition: IProduction[] }).definition);
  });
}

describe("the grammar", () => {
  test("passes Chevrotain's validation", () => {
    expect(grammar.length).toBeGreaterThan(40);
  });

  test("uses every rule", () => {
    const used = new Set(["statement"]);
    const collect = (items: readonly IProduction[]): void => {
      for (const item of items) {
        if (item instanceof NonTerminal) used.add(item.nonTerminalName);
        else if (!(item instanceof Terminal)) collect((item as unknown as { definition: IProduction[] }).definition);
      }
    };
    for (const { definition } of grammar) collect(definition);
    expect(grammar.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([]);
  });
});

describe("the vocabulary", () => {
  test.each(grammar.map((rule) => [rule.name, rule] as const))("knows the words of the rule %s", (name, rule) => {
    const inGrammar = new Set(terminals(rule.definition).filter((token) => keywords.has(token)));
    const inVocabulary = usesIn(name)
      .filter(({ word }) => keywords.has(word))
      .map(({ word }) => word);
    expect([...inGrammar].sort()).toEqual([...new Set(inVocabulary)].sort());
  });

  test("names only rules of the grammar, and dhe's values", () => {
    const rules = new Set([...grammar.map(({ name }) => name), "dheValue"]);
    const unknown = vocabulary.flatMap(({ uses }) => uses).filter(({ rule }) => !rules.has(rule));
    expect(unknown).toEqual([]);
  });

  test("is sorted within keywords and has each word once", () => {
    const reserved = vocabulary.filter(({ reserved }) => reserved).map(({ word }) => word);
    expect(reserved).toEqual([...reserved].sort());
    expect(new Set(vocabulary.map(({ word }) => word)).size).toBe(vocabulary.length);
  });

  test.each(Object.entries(reservedWords))("reserves as many words as %s", (release, count) => {
    const at = releases.indexOf(release as Release);
    const reserved = vocabulary.filter(({ reserved }) => {
      if (!reserved) return false;
      const until = reserved.until ? releases.indexOf(reserved.until) : releases.length;
      return releases.indexOf(reserved.since as Release) <= at && at < until;
    });
    expect(reserved.length).toBe(count);
  });

  test("explains every use in one line of ours", () => {
    for (const { uses } of vocabulary) {
      for (const { help, syntax, word } of uses) {
        expect(help).toMatch(/^[^\n]{3,90}[^.\n]$/);
        expect(syntax).toContain(word);
      }
    }
  });

  test("dates a use no earlier than its word", () => {
    for (const { reserved, uses } of vocabulary) {
      if (!reserved?.since) continue;
      for (const use of uses) {
        const since = releases.indexOf(use.since ?? "6.4");
        expect(since, use.syntax).toBeGreaterThanOrEqual(releases.indexOf(reserved.since));
      }
    }
    expect(findUse("relayOption", "domain")?.since).toBe("6.7");
  });
});
