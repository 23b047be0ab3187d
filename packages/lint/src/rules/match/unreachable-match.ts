import { count } from "@smtpdlint/model";
import { unreachableRules } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

/** More places than this do not help. */
const mostPlaces = 5;

export const rule = defineRule({
  meta: {
    id: "unreachable-match",
    category: "suspicious",
    tag: "unnecessary",
    lens: "never reached",
    summary: "a rule that gets no message, since earlier rules take them all",
    messages: {
      one: "this rule is never reached: an earlier one takes every message that it could take",
      several: "this rule is never reached: {rules} before it take every message that it could take",
    },
  },
  model(_, { policy, report }) {
    for (const [match, owners] of unreachableRules(policy)) {
      const related = owners.slice(0, mostPlaces).map(({ span }) => ({ span, message: "this rule comes first" }));
      const message = owners.length === 1 ? "one" : "several";
      const help = "the first rule that matches wins: move this one up, or remove it";
      report({ span: match.span, message, data: { rules: count(owners.length, "rule") }, related, help });
    }
  },
});
