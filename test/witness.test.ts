import { readMessage } from "@smtpdlint/lint";
import { expect, test } from "vitest";
import { lintCase } from "./helpers/check.ts";
import { allCases } from "./helpers/rule-cases.ts";

/** Whatever finding names a command that shows a message says it in the words of a policy test too: editors and the playground trace that. */
const found = allCases().flatMap((one) =>
  lintCase(one).diagnostics.flatMap(({ rule, help, witness }) =>
    help?.includes("smtpdlint trace") ? { rule, help, witness } : [],
  ),
);
const messages = new Map(found.map((one) => [`${one.rule} ${one.witness}`, one]));

test("there are such findings of each rule", () => {
  expect(new Set(found.map(({ rule }) => rule)).size).toBeGreaterThan(8);
});

test.each([...messages.values()])("$rule: $witness", ({ help, witness }) => {
  expect(readMessage(witness ?? "")).not.toHaveProperty("problem");
  const [, recipient = ""] = /--to (\S+)/.exec(help) ?? [];
  expect(witness).toContain(recipient.replace(/'/g, ""));
  const said = (text: string, before: string) =>
    text.matchAll(new RegExp(`${before}(listener|helo|rdns|auth) '?([^' ]+)`, "g"));
  const inWords = [...said(witness ?? "", " ")].map(([, word, value]) => `${word} ${value?.replaceAll('"', "")}`);
  const inCommand = [...said(help, " --")].map(([, word, value]) => `${word} ${value}`);
  expect(inCommand.toSorted()).toEqual(inWords.toSorted());
});
