import type { MatchCondition } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "overridden-condition",
    category: "suspicious",
    summary: "a condition of a rule that a later one replaces",
    messages: { overridden: "{later} replaces {earlier}: of the two, smtpd keeps only this" },
  },
  visit: {
    match({ conditions }, { report }) {
      // The first condition of each word.
      const before = new Map<string, MatchCondition>();
      for (const later of conditions) {
        const { subject } = later;
        const earlier = subject && before.get(subject.word);
        if (!before.has(later.keyword.word)) before.set(later.keyword.word, later);
        if (!earlier || isHarmless(earlier, later)) continue;
        report({
          span: later.span,
          message: "overridden",
          data: { later: quote(`${later.keyword.word} ${subject?.word}`), earlier: quote(earlier.keyword.word) },
          help: "write one of them, with a table that says all",
          related: [{ span: earlier.span, message: "this condition is lost" }],
        });
      }
    },
  },
});

/** `auth` without a table leaves the other's table alone: together they mean what they say. */
function isHarmless(earlier: MatchCondition, later: MatchCondition): boolean {
  return !earlier.negation && !later.negation && (!earlier.table || !later.table);
}
