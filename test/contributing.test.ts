import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { analyse, type Rule } from "@smtpdlint/lint";
import { memoryHost } from "@smtpdlint/model";
import { expect, test } from "vitest";
import { checkCase, describe as describeFinding } from "./helpers/check.ts";
import { type FixtureCase, mainPath, parseCase } from "./helpers/fixture.ts";
import { temporaryFolder } from "./helpers/temporary-folder.ts";

/** The worked example of CONTRIBUTING.md: what it shows is run. */
const text = readFileSync(new URL("../CONTRIBUTING.md", import.meta.url), "utf8");
const fileOf = (name: string) => {
  const [, , body = ""] = new RegExp(`^(\`{3,})\\w+ ${name}\\n([\\s\\S]*?)^\\1$`, "m").exec(text) ?? [];
  expect(body).not.toBe("");
  return body;
};

async function loadRule(): Promise<Rule> {
  // Beside the tests, where packages are found by their names.
  const folder = fileURLToPath(new URL("../node_modules/.cache/contributing/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}rule.ts`, fileOf("redundant-port.ts").replace("../../rule.ts", "@smtpdlint/lint"));
  return (await import(pathToFileURL(`${folder}rule.ts`).href)).rule;
}

test("the rule of the worked example finds what its cases say, and its page is true", async () => {
  const rule = await loadRule();
  const lint = (conf: string) => analyse(mainPath, conf, memoryHost({}), { rules: [rule] });
  const cases = fileOf("redundant-port.txt")
    .split(/^=== /m)
    .slice(1)
    .map((source) => parseCase(source));
  expect(cases.map(({ expected }) => expected.length)).toEqual([1, 0]);
  for (const fixture of cases) {
    const { model, diagnostics } = lint(fixture.text);
    const found = diagnostics.map((item) => describeFinding(item, model.sources.files));
    expect(found).toEqual(
      fixture.expected.map((mark) => ({ ...mark, message: expect.stringContaining(mark.message) })),
    );
  }
  const [bad, good] = [...fileOf("redundant-port.md").matchAll(/```smtpd\.conf\n([\s\S]*?)```/g)].map(
    ([, conf = ""]) => lint(conf).diagnostics.length,
  );
  expect([bad, good]).toEqual([1, 0]);
});

test("every command that it names exists", () => {
  const { scripts } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => name);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test("npm run new-rule makes three files that fail until they are filled", () => {
  const { folder } = temporaryFolder("new-rule");
  for (const part of ["docs", "src/rules"]) {
    cpSync(new URL(`../packages/lint/${part}`, import.meta.url), join(folder, part), { recursive: true });
  }
  const script = join(folder, "docs/new-rule.mts");
  const tsx = fileURLToPath(new URL("../node_modules/.bin/tsx", import.meta.url));
  const run = (...argv: string[]) => spawnSync(tsx, [script, ...argv], { encoding: "utf8" });
  expect(run("nonsense", "x")).toMatchObject({ status: 2, stderr: expect.stringContaining("listeners, match") });
  expect(run("match", "open-relay")).toMatchObject({ status: 2, stderr: expect.stringContaining("exists") });
  expect(run("match", "Open")).toMatchObject({ status: 2, stderr: expect.stringContaining("kebab-case") });
  expect(run("match", "closed-relay").status).toBe(0);
  const made = ["ts", "md", "txt"].map((end) =>
    readFileSync(join(folder, `src/rules/match/closed-relay.${end}`), "utf8"),
  );
  expect(made.every((part) => part.includes("FILL IN"))).toBe(true);
  const [first] = made[2]?.split(/^=== /m).slice(1).map(parseCase) ?? [];
  expect(() => checkCase(first as FixtureCase, () => true)).toThrow();
});
