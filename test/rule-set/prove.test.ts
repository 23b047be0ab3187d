import { analyse } from "@smtpdlint/lint";
import { blindHost, memoryHost } from "@smtpdlint/model";
import {
  evaluate,
  type MessageSet,
  outsideEnvironment,
  type Policy,
  proveNever,
  rulesetOf,
  Smtpd,
} from "@smtpdlint/policy";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../helpers/random.ts";
import { allCases } from "../helpers/rule-cases.ts";
import { canConnect, configuration, outsideMessage } from "./arbitrary.ts";

/** `from outside to any-other-domain => never relay` */
const outsiders: MessageSet = { sources: undefined, recipients: "other", enters: () => true };

const proofFor = (policy: Policy) => proveNever(new Smtpd(policy, outsideEnvironment), outsiders, "relay").result;

const numRuns = runs(800);

test(
  `a proof holds for all messages, and is none where an open relay is reported (seed ${seed})`,
  () => {
    const seen = { proved: 0, refuted: 0, "not proved": 0 };
    const property = fc.property(
      configuration,
      fc.array(outsideMessage, { minLength: 40, maxLength: 80 }),
      (text, messages) => {
        const { model, policy, diagnostics } = analyse("smtpd.conf", text, blindHost);
        if (diagnostics.some(({ category }) => category === "refused")) return;
        const result = proofFor(policy);
        seen[result]++;
        const isReported = diagnostics.some(({ rule }) => rule === "open-relay");
        if (isReported) expect(result, text).not.toBe("proved");
        if (result === "refuted") expect(isReported, text).toBe(true);
        if (result !== "proved") return;
        const rules = rulesetOf(model, outsideEnvironment);
        for (const { listener, reach, auth, tag } of policy.entryPoints) {
          if (reach !== "outside" || auth === "required") continue;
          for (const message of messages) {
            if (!listener || !canConnect(message.src, listener)) continue;
            const ruling = evaluate(rules, { ...message, tag });
            const action = ruling.outcome === "rule" ? ruling.match.action?.value : undefined;
            expect(action, `${text}${JSON.stringify({ ...message, tag })}`).not.toBe("r");
          }
        }
      },
    );
    fc.assert(property, { numRuns, endOnFailure: true });
    expect(Math.min(seen.proved, seen.refuted)).toBeGreaterThan(numRuns / 20);
  },
  runs(120_000),
);

test("it agrees with open-relay on all cases of the rules", () => {
  const disagreements: string[] = [];
  for (const { title, text, files, target } of allCases()) {
    const { policy, diagnostics } = analyse("/etc/mail/smtpd.conf", text, memoryHost(files), target ? { target } : {});
    if (diagnostics.some(({ category }) => category === "refused")) continue;
    const isReported = diagnostics.some(({ rule }) => rule === "open-relay");
    const result = proofFor(policy);
    // What the program does is not known.
    if (title === "a program that filters") continue;
    if (isReported ? result !== "refuted" : result === "refuted")
      disagreements.push(`${title}: ${result} ${isReported}\n${text.slice(0, 900)}`);
  }
  expect(disagreements).toEqual([]);
});
