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
    summary: "a rule that no message reaches: earlier rules match them all",
    messages: {
      one: "this rule is never reached: an earlier one matches every message that it could match",
      several: "this rule is never reached: {rules} before it match every message that it could match",
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
