import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/** What is published, as somebody gets it who installs it. */
const root = fileURLToPath(new URL("../../", import.meta.url));
const { folder } = temporaryFolder("pack");

interface Packed {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Runs a program of npm's without what the npm around this test has set. */
function npm(argv: readonly string[], cwd: string): string {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_config_(?:local_prefix|workspaces?)$/i.test(name)),
  );
  const { status, stdout, stderr } = spawnSync("npm", [...argv], { cwd, env, encoding: "utf8", timeout: 120_000 });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

let packed: readonly Packed[] = [];
const tarball = (name: string) => join(folder, packed.find((item) => item.name === name)?.filename ?? "");
const contents = (name: string) =>
  packed
    .find((item) => item.name === name)
    ?.files.map(({ path }) => path)
    .toSorted() ?? [];

beforeAll(() => {
  const parts = ["grammar", "packages/analysis", "packages/server", "packages/cli"];
  const argv = ["pack", "--json", "--silent", "--pack-destination", folder, ...parts.flatMap((part) => ["-w", part])];
  const found = JSON.parse(npm(argv, root)) as readonly Packed[] | Readonly<Record<string, Packed>>;
  packed = Object.values(found);
});

describe("smtpdlint", () => {
  test("is one program, its manual and its schemas", () => {
    expect(contents("smtpdlint")).toEqual([
      "LICENSE",
      "README.md",
      "THIRD-PARTY.md",
      "dist/lsp.cjs",
      "dist/pages.json",
      "dist/program.js",
      "dist/recipes.json",
      "dist/smtpdlint.cjs",
      "man/smtpdlint.1",
      "man/smtpdlint.rc.5",
      "package.json",
      "schema/diff.schema.json",
      "schema/fleet.schema.json",
      "schema/migrate.schema.json",
      "schema/policy-tests.schema.json",
      "schema/smtpdlintrc.schema.json",
      "schema/test.schema.json",
      "schema/trace.schema.json",
    ]);
  });

  test("has the same files where the page on Nix copies them", () => {
    const page = readFileSync(join(root, "packages/cli/docs/ci.md"), "utf8");
    const [, copy = ""] = /^ *(cp packages\/cli\/dist\/.*)$/m.exec(page) ?? [];
    const out = join(folder, "nix");
    mkdirSync(join(out, "lib/smtpdlint"), { recursive: true });
    expect(spawnSync("sh", ["-c", copy], { cwd: root, env: { ...process.env, out } }).status).toBe(0);
    const programs = contents("smtpdlint").flatMap((path) => (path.startsWith("dist/") ? [path.slice(5)] : []));
    expect(readdirSync(join(out, "lib/smtpdlint")).sort()).toEqual(programs);
  });

  test("is installed into an empty folder without a registry, and runs", () => {
    const home = join(folder, "cli");
    mkdirSync(home);
    writeFileSync(join(home, "package.json"), "{}");
    npm(["install", "--offline", "--no-audit", "--no-fund", tarball("smtpdlint")], home);
    expect(Object.keys(JSON.parse(npm(["ls", "--json", "--all"], home)).dependencies)).toEqual(["smtpdlint"]);
    const example = join(root, "packages/cli/example/smtpd.conf");
    const { status, stdout } = spawnSync(join(home, "node_modules/.bin/smtpdlint"), [example], { encoding: "utf8" });
    expect([status, stdout.trim().split("\n").at(-1)]).toEqual([1, "10 errors in 1 file"]);
  });

  test("runs nothing when it is installed, nor does any other", () => {
    for (const part of ["grammar", "packages/analysis", "packages/server", "packages/cli"]) {
      const { scripts } = JSON.parse(readFileSync(join(root, part, "package.json"), "utf8"));
      expect(Object.keys(scripts)).toEqual(["prepack"]);
    }
  });

  test("names the licence of everything in the bundle", () => {
    const text = readFileSync(join(root, "packages/cli/THIRD-PARTY.md"), "utf8");
    for (const name of ["chevrotain", "chalk", "ipaddr.js", "jsonc-parser", "vscode-languageserver"]) {
      expect(text).toMatch(new RegExp(`^## ${name} \\d`, "m"));
    }
    expect(
      [...text.matchAll(/^## .*\n\n(.*)$/gm)].filter(
        ([, licence = ""]) => !/^(MIT|ISC|BSD-3-Clause|Apache-2.0)$/.test(licence),
      ),
    ).toEqual([]);
  });
});

test("the bundle is the same wherever it is built", () => {
  for (const file of ["smtpdlint.cjs", "program.js", "lsp.cjs"]) {
    const bundle = readFileSync(join(root, "packages/cli/dist", file), "utf8");
    expect(bundle).not.toContain(root);
    expect(bundle).not.toContain("node_modules/");
  }
});

describe.each(["@smtpdlint/grammar", "@smtpdlint/analysis"])("the library %s", (name) => {
  test("holds what it needs, and no sources", () => {
    const files = contents(name);
    expect(files).toEqual(
      expect.arrayContaining(["LICENSE", "README.md", "package.json", "dist/index.js", "dist/index.d.ts"]),
    );
    expect(
      files.filter(
        (path) =>
          !/^(LICENSE|README\.md|package\.json|dist\/.*\.(js|d\.ts)|textmate\/.*\.json|diagrams\/.*\.html)$/.test(path),
      ),
    ).toEqual([]);
  });

  test("publint and Are The Types Wrong have nothing to say", () => {
    const bin = (program: string) => join(root, "node_modules/.bin", program);
    const lint = spawnSync(bin("publint"), ["run", tarball(name), "--strict"], { encoding: "utf8" });
    expect([lint.status, lint.stdout.match(/(warning|error|suggestion)s?:/gi)]).toEqual([0, null]);
    const types = spawnSync(bin("attw"), [tarball(name), "--profile", "esm-only"], { encoding: "utf8" });
    expect([types.status, types.stdout.includes("🟢 (ESM)")]).toEqual([0, true]);
  });
});

describe("the examples of the libraries", () => {
  const home = join(folder, "library");
  beforeAll(() => {
    mkdirSync(home);
    writeFileSync(join(home, "package.json"), '{ "type": "module" }');
    const tarballs = ["@smtpdlint/grammar", "@smtpdlint/analysis"].map(tarball);
    npm(["install", "--prefer-offline", "--no-audit", "--no-fund", ...tarballs], home);
  });

  const examples = ["grammar", "packages/analysis"].flatMap((part) => {
    const readme = readFileSync(join(root, part, "README.md"), "utf8");
    const codes = [...readme.matchAll(/^## (.*)$[\s\S]*?^```js\n([\s\S]*?)^```/gm)];
    return codes.map(([, title = "", code = ""]) => ({ title: `${part}: ${title}`, code }));
  });
  test("are there", () => expect(examples.length).toBeGreaterThan(6));
  test.each(examples)("$title", ({ title, code }) => {
    const file = join(home, `${title.replaceAll(/\W/g, "-")}.js`);
    writeFileSync(file, code);
    const { stdout, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8" });
    expect(stderr).toBe("");
    const expected = [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, line = ""]) => line);
    expect(stdout.trimEnd().split("\n")).toEqual(expected);
  });
  test("are TypeScript too, as strict as it gets", () => {
    const files = examples.map(({ title, code }) => {
      const name = `${title.replaceAll(/\W/g, "-")}.ts`;
      writeFileSync(join(home, name), code);
      return name;
    });
    const options = "--strict --noEmit --module nodenext --target es2023 --types node --typeRoots".split(" ");
    const compiler = join(root, "node_modules/.bin/tsc");
    const argv = [...options, join(root, "node_modules/@types"), ...files];
    const { status, stdout } = spawnSync(compiler, argv, { cwd: home, encoding: "utf8" });
    expect([status, stdout]).toEqual([0, ""]);
  });
});
