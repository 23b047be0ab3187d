import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { vocabulary } from "@smtpdlint/grammar";
import { loadSnippets } from "@smtpdlint/ide";
import { rules } from "@smtpdlint/lint";
import { describe, expect, test } from "vitest";
import { commands, options } from "../packages/cli/src/options.ts";
import { usage } from "../packages/cli/src/usage.ts";
import { recipes } from "./helpers/recipes.ts";
import { allCases, ruleFile, ruleFiles } from "./helpers/rule-cases.ts";

/** What users read is plain English: none of it has a phrase that `wording.txt` lists. */
const root = fileURLToPath(new URL("../", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");

const banned = read("test/wording.txt")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [pattern = "", better = ""] = line.split("\t");
    return { pattern: new RegExp(pattern), better };
  });

/** The phrases of a text that are not wanted, each with its line. */
function mistakes(text: string): string[] {
  return text.split("\n").flatMap((line) =>
    banned.flatMap(({ pattern, better }) => {
      // A place before which a word is not meant is looked at too, so that nothing is cut out first.
      const found = pattern.exec(line.replace(/there is no /gi, "none: "));
      return found ? [`${found[0]} (write ${better}): ${line.trim()}`] : [];
    }),
  );
}

/** A page without its examples and code. */
const prose = (page: string) => page.replace(/^(```+)[^\n]*\n[\s\S]*?^\1$/gm, "").replace(/`[^`]*`/g, "x");

test("every phrase has something better, and is found", () => {
  expect(banned.length).toBeGreaterThan(10);
  expect(banned.filter(({ better }) => better === "")).toEqual([]);
  expect(mistakes("put a blank behind it\nthere is no rule\nit is no rule")).toHaveLength(3);
});

describe("messages of rules", () => {
  const shown = new Map(
    ruleFiles().map((file) => [file.id, readFileSync(fileURLToPath(ruleFile(file, "txt")), "utf8")]),
  );
  test("there are cases", () => expect(allCases().length).toBeGreaterThan(500));
  test.each(rules.map(({ meta }) => meta.id))("%s", (id) => {
    const texts = (shown.get(id) ?? "").split(/^=== /m).map((text) => text.split(/^>>>\n/m)[1] ?? "");
    // What is quoted from a file is the author's.
    const messages = texts.join("\n").replace(/'[^'\n]*'|"[^"\n]*"/g, "x");
    const meta = rules.find((rule) => rule.meta.id === id)?.meta;
    expect([...mistakes(messages), ...mistakes(meta?.summary.replace(/`[^`]*`/g, "x") ?? "")]).toEqual([]);
  });
});

describe("pages", () => {
  const pages = [
    ...["README.md", "CONTRIBUTING.md", "RELEASING.md", "SECURITY.md", "CHANGELOG.md", "grammar/README.md"],
    ...["docs", "packages/cli/docs", "packages/site/content", "packages/vscode/walkthrough"].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
    ),
    ...["analysis", "cli", "server", "site", "vscode"].map((part) => `packages/${part}/README.md`),
    ...ruleFiles().map((file) => fileURLToPath(ruleFile(file, "md")).slice(root.length)),
  ].filter((name) => name.endsWith(".md"));
  test.each(pages)("%s", (page) => expect(mistakes(prose(read(page)))).toEqual([]));
});

describe("the command line", () => {
  test.each(["lint", ...commands.map(({ name }) => name)] as const)("help of %s", (name) =>
    expect(mistakes(usage(name))).toEqual([]),
  );
  test.each([...options, ...commands])("$name", ({ help }) => expect(mistakes(help)).toEqual([]));
  test.each(readdirSync(join(root, "packages/cli/man")))("%s", (page) =>
    expect(mistakes(read(`packages/cli/man/${page}`).replace(/^\.\\".*$/gm, ""))).toEqual([]),
  );
});

describe("comments of recipes", () => {
  const texts = Object.entries(recipes).flatMap(([recipe, files]) =>
    Object.entries(files).map(([path, text]) => ({ name: `${recipe}/${path}`, text })),
  );
  test.each(texts)("$name", ({ text }) => {
    expect(mistakes(text.replace(/^[^#\n]*/gm, ""))).toEqual([]);
  });
});

test("what editors say of words", async () => {
  const texts = [
    ...vocabulary.flatMap(({ uses }) => uses.map(({ help }) => help)),
    ...(await loadSnippets()).map(({ help }) => help),
  ];
  expect(texts.length).toBeGreaterThan(200);
  expect(texts.flatMap((text) => mistakes(text.replace(/'[^']*'/g, "x")))).toEqual([]);
});

test("settings and commands of Visual Studio Code", () => {
  const manifest = JSON.parse(read("packages/vscode/package.json"));
  const texts: string[] = [];
  JSON.stringify(manifest.contributes, (key, value) => {
    if (typeof value === "string" && /^(description|markdownDescription|title|label|name)$/.test(key))
      texts.push(value);
    return value;
  });
  expect(texts.length).toBeGreaterThan(100);
  expect(texts.flatMap((text) => mistakes(text.replace(/`[^`]*`/g, "x")))).toEqual([]);
});
