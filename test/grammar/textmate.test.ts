import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { beforeAll, expect, test } from "vitest";
import oniguruma from "vscode-oniguruma";
import textmate, { type IGrammar } from "vscode-textmate";

/**
 * The colours of the TextMate grammars, in the engine of VS Code. Below a line of
 * a case, `~~~ scope` says which scope the text above the marks has.
 */
const languages = {
  "smtpd-conf": "scopes.txt",
  "smtpd-test": "test-scopes.txt",
  "smtpd-aliases": "aliases-scopes.txt",
  "smtpd-table": "table-scopes.txt",
  "smtpd-forward": "forward-scopes.txt",
};
const grammars = new Map<string, IGrammar>();

beforeAll(async () => {
  await oniguruma.loadWASM(readFileSync(createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm")));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) => {
      const name = scope.replace("source.", "");
      const path = new URL(`../../grammar/textmate/${name}.tmLanguage.json`, import.meta.url);
      return textmate.parseRawGrammar(readFileSync(path, "utf8"), path.pathname);
    },
  });
  for (const name of Object.keys(languages)) {
    grammars.set(name, (await registry.loadGrammar(`source.${name}`)) as IGrammar);
  }
});

const cases = Object.entries(languages).flatMap(([language, name]) =>
  readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8")
    .split(/^=== /m)
    .slice(1)
    .map((source) => {
      const [title = "", ...lines] = source.trimEnd().split("\n");
      return { language, title, lines };
    }),
);

test.each(cases)("$language: $title", ({ language, lines }) => {
  const grammar = grammars.get(language) as IGrammar;
  let state = textmate.INITIAL;
  let tokens: ReturnType<IGrammar["tokenizeLine"]>["tokens"] = [];
  let text = "";
  const seen = lines.map((line) => {
    const mark = /^( *)(~+) (\S*)$/.exec(line);
    if (!mark) {
      text = line;
      ({ tokens, ruleStack: state } = grammar.tokenizeLine(line, state));
      return line;
    }
    const [, blanks = "", marks = "", wanted = ""] = mark;
    const start = blanks.length;
    const end = start + marks.length;
    const inside = tokens.filter(({ startIndex, endIndex }) => startIndex < end && endIndex > start);
    // A blank before a statement's word belongs to its match.
    const found = new Set(
      inside.map(({ scopes }) => scopes.slice(1).find((scope) => scope.startsWith(wanted)) ?? scopes.at(-1)),
    );
    return [...found].every((scope) => scope?.startsWith(wanted)) ? line : `${blanks}${marks} ${[...found]} on ${text}`;
  });
  expect(seen).toEqual(lines);
});
