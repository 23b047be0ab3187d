import { evaluate, flowOf, isDomain, isIn, isLocalPart, messageOf } from "@smtpdlint/policy";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../helpers/random.ts";
import { randomCandidate } from "../helpers/random-candidate.ts";
import { fromVectors, load } from "../helpers/random-configuration.ts";
import { configuration } from "../rule-set/arbitrary.ts";

test(`a message is in the sets of the rule that takes it, and in no others (seed ${seed})`, () => {
  let messages = 0;
  const property = fc.property(fc.oneof(configuration, fromVectors), fc.infiniteStream(fc.nat(1e6)), (text, stream) => {
    const smtpd = load(text);
    if (!smtpd) return;
    const { sides, taken, untaken, isComplete } = flowOf(smtpd);
    expect(isComplete).toBe(true);
    for (let count = 0; count < 100; count++) {
      const candidate = randomCandidate(sides, (many) => (stream.next().value as number) % many);
      const point = sides.ways[candidate.way]?.old;
      const isLoggedIn = candidate.description.auth !== undefined;
      if (point?.auth !== "optional" && isLoggedIn !== (point?.auth === "required")) continue;
      const message = { ...messageOf(candidate), tag: point?.tag ?? "" };
      // smtpd lets nobody say anything else, so it is in no set.
      const isPossible =
        isDomain(message.helo) &&
        [message.mailFrom, message.rcptTo].every((address) => {
          const [user = "", domain = ""] = address.split("@");
          return address === "@" || (isLocalPart(user) && isDomain(domain));
        });
      if (!isPossible) continue;
      const evaluation = evaluate(smtpd.ruleset, message);
      if (evaluation.outcome === "unknown" || evaluation.outcome === "tempfail") continue;
      messages++;
      const numbers = sides.numbersOf(message, candidate.way);
      const own = evaluation.outcome === "rule" ? evaluation.match : undefined;
      const where = `${text}\n${JSON.stringify(message)}`;
      for (const rule of smtpd.ruleset) {
        const boxes = (taken.get(rule) ?? []).filter((box) => isIn(box, numbers));
        if (rule.match === own) expect(boxes.length, where).toBeGreaterThan(0);
        // What an expression or an unread table decides is in the sets of both answers.
        else
          expect(
            boxes.filter(({ unknowns }) => unknowns.size === 0),
            where,
          ).toEqual([]);
      }
      if (!own)
        expect(
          untaken.some((box) => isIn(box, numbers)),
          where,
        ).toBe(true);
    }
  });
  fc.assert(property, { numRuns: runs(100) });
  expect(messages).toBeGreaterThan(runs(2000));
});
