import { expect, test } from "vitest";
import { messageOf } from "../../packages/cli/src/trace/batch.ts";
import { answersOf, canonicalAnswer, expanderFor, recipientVectors } from "../helpers/recipients.ts";

for (const [name, read] of recipientVectors) {
  for (const release of ["7.8", "6.8"] as const) {
    test(`${name}: what becomes of a recipient is what smtpd ${release} says`, () => {
      const wrong: string[] = [];
      let count = 0;
      for (const vector of read()) {
        const expander = expanderFor(vector, release);
        for (const question of vector.messages) {
          const expected = answersOf(question, release);
          if (expected.length === 0) continue;
          count++;
          const { alternatives, complete } = expander.expandRecipient(messageOf(question, vector.env.hostname));
          const found = alternatives.map(({ result }) => (result.answer ? canonicalAnswer(result.answer) : "anything"));
          if (!complete || found.length !== 1 || !expected.includes(found[0] as string)) {
            wrong.push(`${vector.id} ${question.rcptTo}: ${found.join(" | ")} instead of ${expected.join(" or ")}`);
          }
        }
      }
      expect(wrong.slice(0, 10)).toEqual([]);
      expect(count).toBeGreaterThan(300);
    });
  }
}
