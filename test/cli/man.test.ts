import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { newestRelease, releases } from "@smtpdlint/grammar";
import { readSettings, severityNames } from "@smtpdlint/lint";
import { describe, expect, test } from "vitest";
import { defaultPaths } from "../../packages/cli/src/find-files.ts";
import { exitCode } from "../../packages/cli/src/io.ts";
import { commands, listFormats, options } from "../../packages/cli/src/options.ts";

const pathOf = (name: string) => fileURLToPath(new URL(`../../packages/cli/man/${name}`, import.meta.url));
const read = (name: string) => readFileSync(pathOf(name), "utf8");

describe("smtpdlint(1)", () => {
  const page = read("smtpdlint.1");
  const items = [...page.matchAll(/^\.It (.*)$/gm)].map(([, item = ""]) => item);

  test.each(options)("has the option $name", ({ name, short, choices }) => {
    const item = items.find((text) => new RegExp(`Fl -${name}\\b`).test(text)) ?? "";
    expect(item).not.toBe("");
    if (short) expect(item).toMatch(new RegExp(`Fl ${short}\\b`));
    const start = page.indexOf(`.It ${item}`);
    const text = page.slice(start, page.indexOf("\n.It ", start + 1));
    if (name === "target") expect(text).toContain(`${releases[0]} to ${newestRelease}; ${newestRelease} by default`);
    else if (name === "old-target") expect(text).toContain("Fl -target");
    else for (const choice of choices ?? []) if (choice !== "safe") expect(text).toContain(choice);
  });
  test.each(commands)("has the command $name", ({ name }) => {
    expect(items.some((text) => text.startsWith(`Cm ${name}`))).toBe(true);
    expect(page.slice(0, page.indexOf(".Sh DESCRIPTION"))).toContain(`.Cm ${name}`);
  });
  test("has the formats of rules and each exit code", () => {
    for (const format of listFormats) expect(page).toContain(`.Cm ${format}`);
    for (const code of Object.values(exitCode)) expect(items).toContain(String(code));
  });
  test("has the files that are read by default", () => {
    for (const path of defaultPaths) expect(page).toContain(`Pa ${path}`);
  });
  test("has nothing else", () => {
    const known = [...options.map(({ name }) => `-${name}`), ...options.flatMap(({ short }) => short ?? [])];
    const named = items.flatMap((item) => [...item.matchAll(/Fl (-?[\w-]+)/g)].map(([, flag = ""]) => flag));
    expect(named.filter((flag) => !known.includes(flag))).toEqual([]);
  });
});

test("the example of smtpdlint.rc(5) is in order, and all members are there", () => {
  const page = read("smtpdlint.rc.5");
  const example = /^\{\n[\s\S]*?^\}$/m.exec(page)?.[0] ?? "";
  expect(readSettings(example)).toMatchObject({ settings: { target: "6.8", root: { path: "fs" } }, problems: [] });
  const schema = JSON.parse(
    readFileSync(new URL("../../packages/cli/schema/smtpdlintrc.schema.json", import.meta.url), "utf8"),
  );
  for (const member of [...Object.keys(schema.properties), ...severityNames]) expect(page).toContain(`Cm ${member}`);
});

test.skipIf(!existsSync("/usr/bin/mandoc"))("mandoc has nothing to say", () => {
  const pages = ["smtpdlint.1", "smtpdlint.rc.5"].map(pathOf);
  const { stdout, status } = spawnSync("mandoc", ["-Tlint", "-Wwarning", ...pages], { encoding: "utf8" });
  expect([stdout, status]).toEqual(["", 0]);
});
