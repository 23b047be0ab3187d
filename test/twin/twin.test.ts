import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runs, seed } from "../helpers/random.ts";
import { compare, shrink } from "./compare.ts";
import { ScenarioGenerator } from "./scenario.ts";

/**
 * Made-up configurations and sessions, answered by the smtpd of this machine
 * and by us: Debian's is 6.8.0p2. `SMTPD` names another binary and
 * `SMTPD_TARGET` its release. It runs in namespaces of its own, and needs root.
 */
const smtpd = process.env.SMTPD ?? "/usr/sbin/smtpd";
const target = process.env.SMTPD_TARGET ?? "6.8";
const count = runs(20);

describe.skipIf(!existsSync(smtpd))(`${smtpd}, live`, () => {
  test.each([
    { name: "few recipients", sessions: 6, recipients: 4, count },
    { name: "many recipients", sessions: 2, recipients: 100, count: Math.ceil(count / 2) },
  ])(`says and does the same (seed ${seed}): $name`, ({ name, sessions, recipients, count }) => {
    const generator = new ScenarioGenerator(seed + recipients, target, recipients);
    const scenarios = Array.from({ length: count }, (_, index) => generator.next(`${name} ${index}`, sessions));
    const found = compare(smtpd, target, scenarios);
    const different = found.find(({ differences }) => differences && differences.length > 0);
    if (different) {
      const { scenario, differences } = shrink(smtpd, target, different);
      const shown = [scenario.conf, JSON.stringify(scenario.files), JSON.stringify(scenario.env.homes)];
      const sessions = scenario.sessions.map((session) => JSON.stringify(session));
      expect([...shown, ...sessions, ...(differences ?? [])].join("\n")).toBe("no difference");
    }
    const answered = found.filter(({ differences }) => differences !== undefined);
    expect(answered.length).toBeGreaterThan(count / 2);
  });
});
