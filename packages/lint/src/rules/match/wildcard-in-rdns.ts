import { hasWildcard, quote, quoteText } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "wildcard-in-rdns",
    category: "broken",
    summary: "a wildcard in 'from rdns', which compares names as they are",
    lifetime: { since: "6.6" },
    messages: { literal: "'from rdns' knows no wildcards: no name is equal to {text}" },
  },
  model(_model, { policy, report }) {
    for (const { key, span, place, service } of policy.comparedEntries) {
      if (place !== "from rdns" || service === "regex" || !hasWildcard(key)) continue;
      const name = key.replace(/^\*\.?/, "");
      const regex = quoteText(`${escapeName(`.${name}`)}$`);
      const help = key === "*" ? "write 'from rdns' alone" : regex && `write from rdns regex ${regex}`;
      report({ span, message: "literal", data: { text: quote(key) }, help });
    }
  },
});

const escapeName = (name: string) => name.replaceAll(".", "\\.").replaceAll("*", ".*");
