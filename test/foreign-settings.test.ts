import { readFileSync } from "node:fs";
import { parse } from "@smtpdlint/grammar";
import { expect, test } from "vitest";
import { counterparts } from "../packages/lint/src/syntax-errors/postfix.ts";

/** The counterparts of Postfix's settings are statements, and all are in the page of the rule. */
const page = readFileSync(new URL("../packages/lint/src/rules/syntax/foreign-setting.md", import.meta.url), "utf8");

test.each(counterparts)("$settings.0", ({ settings, write, also }) => {
  expect(parse("smtpd.conf", `${write.map(filledIn).join("\n")}\n`).problems).toEqual([]);
  const code = (texts: readonly string[], separator: string) => texts.map((text) => `\`${text}\``).join(separator);
  const instead = `${also ? `${also}; ` : ""}${code(write, "; ")}`;
  expect(page).toContain(`\n| ${code(settings, ", ")} | ${instead} |\n`);
});

/** Numbers and delays are no words. */
const filledIn = (statement: string) => statement.replace(/SIZE$/, "10M").replace(/DELAY$/, "4h");
