import { expect, test } from "vitest";
import { differences, sessionVectors } from "../helpers/sessions.ts";

for (const [name, read, readOld] of sessionVectors) {
  test(`${name}: replies, filters, rules, deliveries and bounces are those of smtpd 7.8`, () => {
    const vectors = read();
    const found = vectors.flatMap((vector) => differences(vector, vector, "7.8"));
    expect(found.slice(0, 5)).toEqual([]);
    expect(vectors.length).toBeGreaterThan(20);
  });

  test(`${name}: and those of smtpd 6.8`, () => {
    const questions = new Map(read().map((vector) => [vector.id, vector]));
    const answered = readOld();
    const found = answered.flatMap((vector) => {
      const question = questions.get(vector.id);
      return question ? differences(question, vector, "6.8") : [`no question for ${vector.id}`];
    });
    expect(found.slice(0, 5)).toEqual([]);
    expect(answered.length).toBeGreaterThan(5);
  });
}
