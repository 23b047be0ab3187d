import { fileURLToPath } from "node:url";
import { analyse, describeDiff } from "@smtpdlint/lint";
import { memoryHost } from "@smtpdlint/model";
import { describedEnvironment, diffPolicies, readOldPolicy, Smtpd } from "@smtpdlint/policy";
import { expect, test } from "vitest";
import type { OldVector } from "../helpers/old-vectors.ts";
import { readVectors } from "../helpers/vectors.ts";

const path = "/etc/mail/smtpd.conf";
const facts = readVectors<OldVector>("old-facts.jsonl.gz").filter(({ expected }) => expected !== undefined);

/** What differs between a file in the old language and one that says the same today, on one machine. */
function differences(vector: OldVector, today = vector.expected ?? ""): string[] {
  const { conf, files, expectedFiles, env } = vector;
  const machine = describedEnvironment(vector, "7.8");
  const old = readOldPolicy(path, conf, memoryHost({ ...files }), { hostName: env.hostname });
  const current = analyse(path, today, memoryHost({ ...files, ...expectedFiles }), { rules: [], target: "7.8" });
  const diff = diffPolicies(new Smtpd(old.policy, machine), new Smtpd(current.policy, machine));
  const described = describeDiff(diff);
  return [
    ...described.differences.map(({ kind, title, who, witness }) =>
      [`${kind}: ${title}`, ...who, ...(witness === undefined ? [] : [`e.g. ${witness}`])].join("\n    "),
    ),
    ...described.unproved.map((reason) => `not proved: ${reason}`),
  ];
}

test("what changes in a right translation is as it stands in migrations.txt", async () => {
  const texts = facts.map((fact) =>
    [`${fact.id}: ${fact.changes ?? "nothing changes"}`, ...differences(fact)].join("\n  "),
  );
  const file = fileURLToPath(new URL("migrations.txt", import.meta.url));
  await expect(`${texts.join("\n")}\n`).toMatchFileSnapshot(file);
});

test("where nothing changes the two are proved equal", () => {
  const unchanged = facts.filter(({ changes }) => !changes);
  expect(unchanged.length).toBeGreaterThan(50);
  const wrong = unchanged.map((fact) => [fact.id, differences(fact)] as const).filter(([, found]) => found.length > 0);
  // Without a pki TLS did not work before; today smtpd wants one.
  expect(wrong).toEqual([["listen-tls-without-pki", ["listener: pki of em0 port 25\n    by em0 port 25"]]]);
});

test("a mistake in the translation is found", () => {
  // Each leaves out one thing of the kind that a translator forgets.
  const mistakes: readonly (readonly [what: RegExp, by: string])[] = [
    [/^match .*from auth.*\n/m, ""],
    [/ from any/, ""],
    [/ ! /, " "],
    [/ !/, " "],
    [/ no-verify/, ""],
    [/smtp\+notls:/, "smtp:"],
    [/smtp\+tls:/, "smtp:"],
    [/ ttl \S+/, ""],
    [/ rcpt-to(?= |$)/m, ""],
    [/ user "?\w+"?/, ""],
    [/ userbase \S+/, ""],
    [/ (?:alias|virtual) <\w+>/, ""],
    [/ mail-from "[^"]*"(?= |$)/m, ""],
    [/ auth <\w+>/, ""],
    [/ tag "?\w+"?/, ""],
    [/ helo \S+/, ""],
    [/ src \S+/, ""],
    [/reject$/m, 'action "a1"'],
  ];
  const missed: string[] = [];
  for (const [what, by] of mistakes) {
    const tried = facts.filter(({ expected, changes }) => !changes && what.test(expected ?? ""));
    const found = tried.filter((fact) => differences(fact, fact.expected?.replace(what, by)).length > 0);
    if (found.length === 0) missed.push(`${what}: none of ${tried.map(({ id }) => id).join(", ")}`);
  }
  expect(missed).toEqual([]);
});
