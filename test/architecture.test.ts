import { readdirSync, readFileSync } from "node:fs";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

/** grammar ← analysis ← { cli, server } ← vscode: who may import what. */
const root = fileURLToPath(new URL("..", import.meta.url));

interface Part {
  readonly folder: string;
  readonly mayImport: readonly (string | RegExp)[];
}

const parts: readonly Part[] = [
  { folder: "grammar/src", mayImport: ["chevrotain"] },
  {
    folder: "packages/analysis/src",
    mayImport: ["@smtpdlint/grammar", "fastest-levenshtein", "ipaddr.js", "jsonc-parser"],
  },
  {
    folder: "packages/cli/src",
    mayImport: [
      "@smtpdlint/grammar",
      "@smtpdlint/analysis",
      "chalk",
      "diff",
      "fast-string-width",
      "ignore",
      "smtpdlint-language-server",
      /^node:/,
    ],
  },
  {
    folder: "packages/server/src",
    mayImport: [
      "@smtpdlint/grammar",
      "@smtpdlint/analysis",
      /^vscode-languageserver(?:-textdocument|\/node|\/browser)?$/,
      "vscode-uri",
      // It runs nothing and opens no network.
      /^node:(?:buffer|fs|process|url)$/,
    ],
  },
  // It takes the server in as a bundle of its own.
  { folder: "packages/vscode/src", mayImport: ["vscode", /^vscode-languageclient/, /server\/src\/(bin|browser)/] },
];

const importsOf = (path: string) =>
  [...readFileSync(path, "utf8").matchAll(/(?:^import|from) "([^"\s]+)"(?: with .*)?;$/gm)].map(
    ([, name]) => name as string,
  );

function filesIn(folder: string): string[] {
  const list = (path: string): string[] =>
    readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? list(`${path}/${entry.name}`) : [`${path}/${entry.name}`],
    );
  return list(root + folder).filter((path) => path.endsWith(".ts"));
}

describe.each(parts)("$folder", ({ folder, mayImport }) => {
  test("imports what it may, and others by their index only", () => {
    const files = filesIn(folder);
    expect(files.length).toBeGreaterThan(3);
    const forbidden = files.flatMap((path) => {
      return importsOf(path)
        .filter((name) => {
          if (name.startsWith(".")) return false;
          return !mayImport.some((allowed) => (typeof allowed === "string" ? allowed === name : allowed.test(name)));
        })
        .map((name) => `${relative(root, path).split(sep).join("/")} imports ${name}`);
    });
    expect(forbidden).toEqual([]);
  });

  test("stays inside its folder", () => {
    const outside = filesIn(folder).flatMap((path) => {
      return importsOf(path)
        .filter((name) => name.startsWith("."))
        .map((name) => fileURLToPath(new URL(name, `file://${path}`)))
        .filter((target) => !target.startsWith(`${root}${folder}/`) && !target.endsWith("/package.json"))
        .map((target) => `${relative(root, path)} imports ${relative(root, target)}`);
    });
    expect(outside).toEqual([]);
  });
});

test("Chevrotain is named only where tokens, the parser and its lookahead are made", () => {
  const named = filesIn("grammar/src").filter((path) => /from "chevrotain"/.test(readFileSync(path, "utf8")));
  expect(named.map((path) => path.slice(path.lastIndexOf("/") + 1)).sort()).toEqual([
    "lexer.ts",
    "lookahead.ts",
    "parser-base.ts",
    "parser.ts",
    "tokens.ts",
  ]);
});

test("grammar and analysis print nothing, keep no clock and wait for nothing", () => {
  const pure = [...filesIn("grammar/src"), ...filesIn("packages/analysis/src")];
  const offenders = pure.filter((path) =>
    /\bconsole\.|\bprocess\.|\bDate\.now|\bMath\.random|\basync\b|\bawait\b/.test(readFileSync(path, "utf8")),
  );
  expect(offenders.map((path) => relative(root, path))).toEqual([]);
});
