import { readdirSync, readFileSync } from "node:fs";
import { posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { rules } from "@smtpdlint/lint";
import { describe, expect, test } from "vitest";

/** Who may import what: arrows never turn upwards, and no file leads back to itself. */
const root = fileURLToPath(new URL("..", import.meta.url));

interface Part {
  readonly folder: string;
  readonly name: string;
  /** Packages of ours, and of others. */
  readonly mayImport: readonly (string | RegExp)[];
}

const parts: readonly Part[] = [
  { folder: "grammar/src", name: "@smtpdlint/grammar", mayImport: ["chevrotain"] },
  {
    folder: "packages/model/src",
    name: "@smtpdlint/model",
    mayImport: ["@smtpdlint/grammar", "fastest-levenshtein", "ipaddr.js"],
  },
  {
    folder: "packages/policy/src",
    name: "@smtpdlint/policy",
    mayImport: ["@smtpdlint/grammar", "@smtpdlint/model", "@noble/hashes/legacy", "@noble/hashes/utils", "ipaddr.js"],
  },
  { folder: "packages/format/src", name: "@smtpdlint/format", mayImport: ["@smtpdlint/grammar"] },
  {
    folder: "packages/lint/src",
    name: "@smtpdlint/lint",
    mayImport: [
      "@smtpdlint/grammar",
      "@smtpdlint/model",
      "@smtpdlint/policy",
      "@smtpdlint/format",
      "ignore",
      "ipaddr.js",
      "jsonc-parser",
    ],
  },
  {
    folder: "packages/migrate/src",
    name: "@smtpdlint/migrate",
    mayImport: [/^@smtpdlint\/(?:grammar|model|policy|format|lint)$/],
  },
  {
    folder: "packages/analysis/src",
    name: "@smtpdlint/analysis",
    mayImport: [/^@smtpdlint\/(?:grammar|model|policy|format|lint)$/],
  },
  {
    folder: "packages/ide/src",
    name: "@smtpdlint/ide",
    mayImport: [/^@smtpdlint\/(?:grammar|model|policy|format|lint|migrate)$/, "jsonc-parser"],
  },
  {
    folder: "packages/server/src",
    name: "smtpdlint-language-server",
    mayImport: [
      /^@smtpdlint\/(?:grammar|model|policy|format|lint|ide)$/,
      /^vscode-languageserver(?:-textdocument|\/node|\/browser)?$/,
      "vscode-uri",
      // It opens no network.
      /^node:(?:buffer|fs|process|url|v8|vm)$/,
      // It runs git alone, which the next test sees to.
      "node:child_process",
    ],
  },
  {
    folder: "packages/cli/src",
    name: "smtpdlint",
    mayImport: [
      /^@smtpdlint\/(?:grammar|model|policy|format|migrate|lint)$/,
      "bcryptjs",
      "chalk",
      "diff",
      "fast-string-width",
      "smtpdlint-language-server",
      "unixcrypt",
      /^node:/,
    ],
  },
  // It takes the server in as a bundle of its own.
  {
    folder: "packages/vscode/src",
    name: "smtpdlint-vscode",
    mayImport: ["vscode", "@smtpdlint/lint/picture", /^vscode-languageclient/, /server\/src\/(bin|browser)/],
  },
  // Its worker takes the server in, and asks what is below it for what LSP has no words for.
  {
    folder: "packages/site/src",
    name: "@smtpdlint/site",
    mayImport: [
      /^@smtpdlint\/(?:grammar|model|policy|lint(?:\/picture)?|migrate)$/,
      /^@codemirror\//,
      "marked",
      "vscode-languageserver/browser",
      /server\/src\/(client-platform|server)\.ts$/,
      /cli\/example\/\w+\.conf\?raw$/,
    ],
  },
];

interface Source {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
  /** What it imports, for its types too, and by `import()`. */
  readonly imports: readonly string[];
}

const importPattern = /(?:^import|^\} from|\bfrom|\bimport\()\s*"([^"\s]+)"/gm;

function filesIn(folder: string): Source[] {
  const list = (path: string): string[] =>
    readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? list(`${path}/${entry.name}`) : [`${path}/${entry.name}`],
    );
  return list(root + folder)
    .filter((path) => path.endsWith(".ts"))
    .map((path) => {
      const text = readFileSync(path, "utf8");
      const imports = [...text.matchAll(importPattern)].map(([, name]) => name as string);
      return { path: relative(root, path).split(sep).join("/"), text, imports };
    });
}

const sources = new Map(parts.map(({ folder }) => [folder, filesIn(folder)]));
const allSources = [...sources.values()].flat();

/** The file that a relative import leads to. */
const targetOf = ({ path }: Source, name: string) => posix.join(posix.dirname(path), name);

/** Only the server names files by their URIs; what is below asks its host what a file is called. */
test.each(["model", "policy", "format", "lint", "migrate"])("%s knows nothing of URIs", (name) => {
  const found = sources.get(`packages/${name}/src`)?.filter(({ text }) => /file:\/\/|(?:de|en)codeURI/.test(text));
  expect(found?.map(({ path }) => path)).toEqual([]);
});

describe.each(parts)("$folder", ({ folder, mayImport }) => {
  const files = sources.get(folder) ?? [];

  test("imports what it may, and others by their index only", () => {
    expect(files.length).toBeGreaterThan(0);
    const forbidden = files.flatMap(({ path, imports }) =>
      imports
        .filter((name) => !name.startsWith("."))
        .filter((name) => !mayImport.some((item) => (typeof item === "string" ? item === name : item.test(name))))
        .map((name) => `${path} imports ${name}`),
    );
    expect(forbidden).toEqual([]);
  });

  test("stays inside its folder", () => {
    const outside = files.flatMap((file) =>
      file.imports
        .filter((name) => name.startsWith("."))
        .map((name) => targetOf(file, name))
        .filter((target) => !target.startsWith(`${folder}/`) && !target.endsWith("/package.json"))
        .filter((target) => !mayImport.some((item) => item instanceof RegExp && item.test(target)))
        .map((target) => `${file.path} imports ${target}`),
    );
    expect(outside).toEqual([]);
  });
});

test("the server runs nothing but git", () => {
  const running = (sources.get("packages/server/src") ?? []).filter(({ imports }) =>
    imports.includes("node:child_process"),
  );
  expect(running.map(({ path }) => path)).toEqual(["packages/server/src/policy-diff/node-git.ts"]);
  for (const { text } of running) expect(text.match(/\b(?:spawn|exec|fork)\w*\([^)]{0,6}/g)).toEqual(['spawn("git",']);
});

test("no file leads back to itself", () => {
  const names = new Map(parts.map(({ name, folder }) => [name, `${folder}/index.ts`]));
  const next = new Map(
    allSources.map((file) => [
      file.path,
      file.imports.map((name) => (name.startsWith(".") ? targetOf(file, name) : (names.get(name) ?? ""))),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, way: readonly string[]) => {
    if (way.includes(path)) cycles.push([...way.slice(way.indexOf(path)), path].join(" → "));
    if (done.has(path) || way.includes(path)) return;
    for (const target of next.get(path) ?? []) visit(target, [...way, path]);
    done.add(path);
  };
  for (const { path } of allSources) visit(path, []);
  expect(cycles).toEqual([]);
});

test("no package has more than 45 % of the lines", () => {
  const lines = parts.map(({ folder }) =>
    (sources.get(folder) ?? []).reduce((sum, { text }) => sum + text.split("\n").length, 0),
  );
  const all = lines.reduce((sum, count) => sum + count, 0);
  expect(parts.filter((_, index) => (lines[index] ?? 0) > 0.45 * all).map(({ folder }) => folder)).toEqual([]);
});

test("Chevrotain is named only where tokens, the parser and its lookahead are made", () => {
  const named = allSources.filter(({ imports }) => imports.includes("chevrotain")).map(({ path }) => path);
  expect(named.sort()).toEqual(
    [
      "legacy/parser",
      "legacy/tokens",
      "lexer",
      "lookahead",
      "parser-base",
      "parser",
      "policy-tests/parser",
      "policy-tests/tokens",
      "tokens",
    ]
      .map((name) => `grammar/src/${name}.ts`)
      .sort(),
  );
});

test("who shows findings does not know rules by their names: what editors need of a rule is in its meta", () => {
  const named = ["ide", "server", "cli"]
    .flatMap((name) => sources.get(`packages/${name}/src`) ?? [])
    .flatMap(({ path, text }) =>
      // What the grammar found has a code, which may be the name of a rule too.
      rules
        .filter(({ meta }) => text.replace(/code === "[^"]*"/g, "").includes(`"${meta.id}"`))
        .map(({ meta }) => `${path} names ${meta.id}`),
    );
  expect(named).toEqual([]);
});

test("nothing below the edges prints, keeps a clock or waits for something", () => {
  const below = [
    "grammar/src",
    "packages/model/src",
    "packages/policy/src",
    "packages/format/src",
    "packages/migrate/src",
    "packages/lint/src",
  ];
  const offenders = below
    .flatMap((folder) => sources.get(`${folder}/src`) ?? [])
    .filter(({ text }) => /\bconsole\.|\bprocess\.|\bDate\.now|\bMath\.random|\basync\b|\bawait\b/.test(text));
  expect(offenders.map(({ path }) => path)).toEqual([]);
});
