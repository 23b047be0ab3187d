import { analyse } from "@smtpdlint/lint";
import { blindHost } from "@smtpdlint/model";
import { evaluate, outsideEnvironment, rulesetOf } from "@smtpdlint/policy";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../helpers/random.ts";
import { canConnect, configuration, outsideMessage } from "./arbitrary.ts";

const numRuns = runs(800);

test(
  `nobody outside relays to others outside where nothing is reported (seed ${seed})`,
  () => {
    let silent = 0;
    let reported = 0;
    fc.assert(
      fc.property(configuration, fc.array(outsideMessage, { minLength: 40, maxLength: 80 }), (text, messages) => {
        const { model, policy, diagnostics } = analyse("smtpd.conf", text, blindHost);
        if (diagnostics.some(({ rule }) => rule === "open-relay")) {
          reported++;
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
