import { quote, Regex, RegexError } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "invalid-regex",
    category: "broken",
    summary: "a regular expression that regcomp(3) refuses",
    lifetime: { since: "6.6" },
    messages: { refused: "{text} is not a regular expression, so nothing matches it: {reason}" },
  },
  model(_model, { policy, report }) {
    for (const entry of policy.comparedEntries) {
      const { key, service } = entry;
      if (service !== "regex") continue;
      const error = Regex.parse(key.toLowerCase());
      if (!(error instanceof RegexError)) continue;
      const help = /\(\?[:=!<]/.test(key) ? "POSIX has no (?:…) and no lookahead: write a plain group" : undefined;
      report({ span: entry.span, message: "refused", data: { text: quote(key), reason: error.message }, help });
    }
  },
});
