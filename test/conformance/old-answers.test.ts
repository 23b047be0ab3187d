import { oldRelease } from "@smtpdlint/grammar";
import { memoryHost } from "@smtpdlint/model";
import { describedEnvironment, explore, oldTag, readOldPolicy, Smtpd } from "@smtpdlint/policy";
import { expect, test } from "vitest";
import { messageOf } from "../../packages/cli/src/trace/batch.ts";
import { comparable, oldAnswerOf } from "../helpers/old-envelopes.ts";
import { type OldVector, oldVectors } from "../helpers/old-vectors.ts";

function smtpdFor(vector: OldVector): Smtpd {
  const host = memoryHost({ ...vector.files });
  const { policy } = readOldPolicy("/etc/mail/smtpd.conf", vector.conf, host, { hostName: vector.env.hostname });
  return new Smtpd(policy, describedEnvironment(vector, oldRelease));
}

for (const [name, read] of oldVectors) {
  test(`${name}: what becomes of a recipient is what smtpd 6.0.3 says`, () => {
    const wrong: string[] = [];
    let count = 0;
    for (const vector of read()) {
      if (!vector.verdict.ok) continue;
      const smtpd = smtpdFor(vector);
      for (const question of vector.messages) {
        count++;
        const message = { ...messageOf(question, vector.env.hostname), tag: oldTag(question.tag) };
        const { alternatives, complete } = explore(
          (assumptions) => smtpd.expand(message, assumptions),
          ({ answer }) => JSON.stringify(answer) ?? "",
        );
        const [only, more] = alternatives;
        const found =
          only?.result.answer && !more && complete
            ? comparable(oldAnswerOf(only.result.answer, smtpd, question))
            : `${alternatives.length} ways`;
        const expected = comparable(question.answer);
        if (found !== expected)
          wrong.push(
            `${vector.id} ${JSON.stringify({ ...question, answer: undefined, answer78: undefined })}:\n  ${found}\n  instead of\n  ${expected}`,
          );
      }
    }
    expect(wrong.slice(0, 12).join("\n")).toEqual("");
    expect(count).toBeGreaterThan(100);
  });
}
