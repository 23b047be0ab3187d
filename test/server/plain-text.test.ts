import { escapeMarkdown, hover } from "@smtpdlint/ide";
import { expect, test } from "vitest";
import { plainText } from "../../packages/server/src/plain-text.ts";
import { allCases } from "../helpers/rule-cases.ts";
import { readMarked } from "./marked.ts";

test.each([
  ["table **local\\_mail**, 2 uses", "table local_mail, 2 uses"],
  ["```smtpd-conf\ntable a\\_b { `x` }\n```\n\nours", "table a\\_b { `x` }\n\nours"],
  ["````smtpd-conf\n```\n````", "```"],
  ["read with `from local` \\<x\\>", "read with from local <x>"],
  ["``a`b``", "a`b"],
  [
    "[smtpd.conf(5)](https://man.openbsd.org/smtpd.conf#match)",
    "smtpd.conf(5) (https://man.openbsd.org/smtpd.conf#match)",
  ],
  ["- by rule 1 ([line 12](<file:///etc/mail/smtpd.conf#L12>))", "- by rule 1 (line 12)"],
  ["# Title\n- one\n- two", "Title\n- one\n- two"],
  ["a # b * c", "a # b * c"],
])("%j", (markdown, text) => {
  expect(plainText(markdown)).toBe(text);
});

test.each([
  ["action 'local_mail' gets mail", "action 'local_mail' gets mail"],
  ["table <local_mail> is read", "table `<local_mail>` is read"],
  ["< and <a b> and <`x`>", "\\< and \\<a b> and \\<\\`x\\`>"],
  ["_a_ *b* ~~c~~ [d](e)", "\\_a\\_ \\*b\\* \\~\\~c\\~\\~ \\[d\\](e)"],
  ["# no title\n  > no quote, a > b # c", "\\# no title\n  \\> no quote, a > b # c"],
  ["C:\\ { a | b }", "C:\\\\ { a | b }"],
])("the words %j get only the backslashes that they need", (text, markdown) => {
  expect(escapeMarkdown(text)).toBe(markdown);
  expect(plainText(markdown)).toBe(text);
});

test("no hover leaves marks behind, and none loses a word of the configuration", () => {
  const shown = allCases().flatMap(({ text }) => {
    if (text.length > 400 || text.includes("$0") || text.includes("`")) return [];
    return [3, 12, 20].flatMap((at) => {
      const { view } = readMarked(`${text.slice(0, at)}$0${text.slice(at)}`);
      const found = hover(view, at);
      return found ? [{ markdown: found.markdown, plain: plainText(found.markdown) }] : [];
    });
  });
  expect(shown.length).toBeGreaterThan(300);
  for (const { markdown, plain } of shown) {
    expect(plain).not.toMatch(/```|\*\*|\]\(/);
    for (const word of markdown.match(/[a-z]{4,}/g) ?? [])
      if (word !== "smtpd") expect(plain).toContain(word === "conf" ? "" : word);
  }
});
