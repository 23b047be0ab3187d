import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { analyse, describeDiff } from "@smtpdlint/lint";
import { memoryHost } from "@smtpdlint/model";
import { confirm, diffPolicies, outsideEnvironment, Smtpd } from "@smtpdlint/policy";
import { expect, test } from "vitest";

/** Pairs of configurations, with what is found below the second `---`. */
const path = fileURLToPath(new URL("cases.txt", import.meta.url));
const [head = "", ...cases] = readFileSync(path, "utf8").split(/^(?==== )/m);

function load(text: string): Smtpd {
  const { policy, diagnostics } = analyse("/etc/mail/smtpd.conf", text, memoryHost({}));
  const refusal = diagnostics.find(({ category }) => category === "refused");
  if (refusal) throw new Error(`${refusal.message}\n${text}`);
  return new Smtpd(policy, outsideEnvironment);
}

function findings(before: string, after: string): string {
  const diff = diffPolicies(load(before), load(after));
  for (const { witness } of diff.messages) {
    if (witness) expect(confirm(witness.candidate, diff.sides)).toBeDefined();
  }
  const { result, differences, unproved, assumptions } = describeDiff(diff);
  const lines = differences.flatMap(({ kind, title, who, witness, old, new: current }) => [
    `${kind}: ${title}`,
    ...who.map((set) => `  mail ${set}`),
    ...(witness === undefined ? [] : [`  e.g. ${witness}`]),
    `  ${old.outcome} → ${current.outcome}`,
  ]);
  const reasons = unproved.map((reason) => `not proved: ${reason}`);
  return [result, ...lines, ...reasons, ...assumptions.map((text) => `assumed: ${text}`), ""].join("\n");
}

test("the differences of pairs of configurations are as they stand in cases.txt", async () => {
  const texts = cases.map((text) => {
    const [title = "", ...rest] = text.split("\n");
    const [before = "", after = ""] = rest.join("\n").split(/^---\n/m);
    const [own] = after.split(/^--->\n/m);
    const second = `${own?.trimEnd()}\n`;
    return `${title}\n${before}---\n${second}--->\n${findings(before, second)}`;
  });
  expect(cases.length).toBeGreaterThan(20);
  await expect(`${head}${texts.join("\n")}`).toMatchFileSnapshot(path);
});
