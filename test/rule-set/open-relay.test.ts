import { type Analysis, analyse, readMessage, withTestSettings } from "@smtpdlint/lint";
import { blindHost } from "@smtpdlint/model";
import {
  evaluate,
  findOpenRelays,
  outsideEnvironment,
  reachedBy,
  rulesetOf,
  Smtpd,
  scenarioOf,
  traceMessage,
  unknownEnvironment,
  Witnesses,
} from "@smtpdlint/policy";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { lintCase } from "../helpers/check.ts";
import { runs, seed } from "../helpers/random.ts";
import { allCases } from "../helpers/rule-cases.ts";
import { canConnect, configuration, outsideMessage } from "./arbitrary.ts";

const numRuns = runs(800);

/** The witnesses of open relays that take another rule than the one that is found, or none. */
function wrongWitnesses({ policy, model, diagnostics }: Analysis): string[] {
  const smtpd = new Smtpd(policy, withTestSettings(unknownEnvironment, [policy], model.target));
  const found = diagnostics.filter(({ rule }) => rule === "open-relay");
  return found.flatMap(({ witness = "", span }) => {
    const asked = readMessage(witness);
    if ("problem" in asked) return `${witness}: ${asked.problem}`;
    const described = scenarioOf(smtpd, asked.message);
    if ("problem" in described) return `${witness}: ${described.problem.kind}`;
    const ways = traceMessage(smtpd, described.scenario).alternatives;
    const takes = ways.some(({ result }) =>
      reachedBy(described.scenario, result).rules.some(({ match }) => match.span.start === span.start),
    );
    return takes ? [] : witness;
  });
}

test("the message of each finding takes the rule", () => {
  const found = allCases().map((fixture) => lintCase(fixture));
  expect(found.flatMap(wrongWitnesses)).toEqual([]);
  const witnesses = found.flatMap(({ diagnostics }) => diagnostics.flatMap(({ witness }) => witness ?? []));
  for (const word of ["listener", "rdns", "helo"]) expect(witnesses.join("\n")).toContain(` ${word} `);
});

test("the messages for a rule are made once, however many listeners it asks, and found through each of them", () => {
  const made = vi.spyOn(Witnesses.prototype, "of");
  const listeners = Array.from({ length: 30 }, (_, number) => `listen on 192.0.2.${number + 1} tag T${number}\n`);
  const text = `${listeners.join("")}action a relay
match ! tag T0 from any ! helo regex "." for any action a
match ! tag { T1, T2 } from any mail-from "@example.org" for any action a
`;
  const { policy } = analyse("smtpd.conf", text, blindHost, { rules: [] });
  const found = findOpenRelays(policy);
  expect(made).toHaveBeenCalledTimes(2);
  made.mockRestore();
  expect(found.map(({ message }) => message.tag)).toEqual(
    listeners.flatMap((_, number) => (number === 1 || number === 2 ? [] : `t${number}`)),
  );
});

test(
  `nobody outside relays to others outside where nothing is reported (seed ${seed})`,
  () => {
    let silent = 0;
    let reported = 0;
    fc.assert(
      fc.property(configuration, fc.array(outsideMessage, { minLength: 40, maxLength: 80 }), (text, messages) => {
        const analysis = analyse("smtpd.conf", text, blindHost);
        const { model, policy, diagnostics } = analysis;
        if (diagnostics.some(({ rule }) => rule === "open-relay")) {
          reported++;
          expect(wrongWitnesses(analysis), text).toEqual([]);
          return;
        }
        silent++;
        const rules = rulesetOf(model, outsideEnvironment);
        for (const { listener, reach, auth, tag } of policy.entryPoints) {
          if (reach !== "outside" || auth === "required") continue;
          for (const message of messages) {
            if (!listener || !canConnect(message.src, listener)) continue;
            const result = evaluate(rules, { ...message, tag });
            const action = result.outcome === "rule" ? result.match.action?.value : undefined;
            expect(action, `${text}${JSON.stringify({ ...message, tag })}`).not.toBe("r");
          }
        }
      }),
      { numRuns, endOnFailure: true },
    );
    expect(Math.min(silent, reported)).toBeGreaterThan(numRuns / 20);
  },
  runs(120_000),
);
