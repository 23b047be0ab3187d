import { readFileSync } from "node:fs";
import { parse } from "@smtpdlint/grammar";
import { expect, test } from "vitest";
import { foreignFormats } from "../packages/lint/src/syntax-errors/foreign/find.ts";
import { recipes } from "./helpers/recipes.ts";

/** The counterparts of other programs' settings are statements, and all are in the page of the rule. */
const page = readFileSync(new URL("../packages/lint/src/rules/syntax/foreign-setting.md", import.meta.url), "utf8");

test.each(foreignFormats.flatMap(({ counterparts }) => counterparts))("$settings.0", ({ settings, write, also }) => {
  const include = (path: string) => ({ path, text: "" });
  expect(parse("smtpd.conf", `${write.map(filledIn).join("\n")}\n`, { include }).problems).toEqual([]);
  const code = (texts: readonly string[], separator: string) => texts.map((text) => `\`${text}\``).join(separator);
  const instead = `${also ? `${also}; ` : ""}${code(write, "; ")}`;
  expect(page).toContain(`\n| ${code(settings, ", ")} | ${instead} |\n`);
});

/** Numbers and delays are no words. */
const filledIn = (statement: string) =>
  statement
    .replace(/SIZE$/, "10M")
    .replace(/DELAY$/, "4h")
    .replace(/NUMBER$/, "100");

test.each(Object.entries(recipes))("nothing of %s is another program's, however much of it is written", (_, files) => {
  const text = files["smtpd.conf"] ?? Object.values(files).join("\n");
  for (let end = 1; end <= text.length; end++) {
    const written = text.slice(0, end);
    const line = written.slice(written.lastIndexOf("\n") + 1);
    const owners = foreignFormats.filter((format) => format.owns(written) || format.settingIn?.(line));
    expect(owners.map(({ file }) => `${file}: ${line}`)).toEqual([]);
  }
});
