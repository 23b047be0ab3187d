import { analyse } from "@smtpdlint/lint";
import { blindHost, type Model } from "@smtpdlint/model";
import { type EntryPoint, evaluate, type Message, outsideEnvironment, rulesetOf } from "@smtpdlint/policy";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../helpers/random.ts";
import { configuration, message } from "./arbitrary.ts";

const numRuns = runs(800);

/** A message as it comes in through an entry point; undefined if it cannot. */
function through({ reach, tag, auth }: EntryPoint, from: Message): Message | undefined {
  if ((reach === "socket") !== (from.src === "local")) return undefined;
  const user = reach === "socket" ? "" : from.user;
  if ((user && auth === "none") || (user === undefined && auth === "required")) return undefined;
  return { ...from, tag, user };
}

/** Rules that are reported as reached by nothing, by their numbers. */
function dead(model: Model, diagnostics: ReturnType<typeof analyse>["diagnostics"]): number[] {
  const found = diagnostics.filter(({ rule }) => rule === "unreachable-match" || rule === "never-matches");
  return model.matches.flatMap(({ span }, index) =>
    found.some((item) => span.start <= item.span.start && item.span.end <= span.end) ? [index] : [],
  );
}

test(
  `no message takes a rule that is reported (seed ${seed})`,
  () => {
    let reported = 0;
    fc.assert(
      fc.property(configuration, fc.array(message, { minLength: 30, maxLength: 60 }), (text, messages) => {
        const { model, policy, diagnostics } = analyse("smtpd.conf", text, blindHost);
        expect(diagnostics.filter(({ category }) => category === "refused").map(({ message }) => message)).toEqual([]);
        const unreached = dead(model, diagnostics);
        reported += unreached.length;
        if (unreached.length === 0) return;
        const rules = rulesetOf(model, outsideEnvironment);
        for (const point of policy.entryPoints) {
          for (const from of messages) {
            const received = through(point, from);
            const result = received && evaluate(rules, received);
            if (result?.outcome !== "rule") continue;
            expect(unreached, `${text}${JSON.stringify(received)}`).not.toContain(model.matches.indexOf(result.match));
          }
        }
      }),
      { numRuns },
    );
    expect(reported).toBeGreaterThan(numRuns / 10);
  },
  runs(120_000),
);
