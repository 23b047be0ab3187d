import { type Analysis, analyse, readMessage, withTestSettings } from "@smtpdlint/lint";
import { blindHost } from "@smtpdlint/model";
import {
  evaluate,
  outsideEnvironment,
  reachedBy,
  rulesetOf,
  Smtpd,
  scenarioOf,
  traceMessage,
  unknownEnvironment,
} from "@smtpdlint/policy";
import fc from "fast-check";
import { expect, test } from "vitest";
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
