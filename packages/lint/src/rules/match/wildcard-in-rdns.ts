import { hasWildcard, quote, quoteText } from "@smtpdlint/model";
import { remove, rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "wildcard-in-rdns",
    category: "broken",
    fixable: true,
    summary: "a wildcard in 'from rdns', which compares names as they are",
    lifetime: { since: "6.6" },
    messages: { literal: "'from rdns' knows no wildcards: no name is equal to {text}" },
  },
  model(model, { policy, report }) {
    for (const entry of policy.comparedEntries) {
      const { key, place, service } = entry;
      if (place !== "from rdns" || service === "regex" || !hasWildcard(key)) continue;
      const { span, table } = entry;
      const name = key.replace(/^\*\.?/, "");
      const regex = quoteText(`${escapeName(`.${name}`)}$`);
      const help = key === "*" ? "write 'from rdns' alone" : regex && `write from rdns regex ${regex}`;
      const isAlone = table.kind === "single-value";
      const alone = { title: "write 'from rdns' alone", safe: false, edits: [remove(model, span)] };
      const written = regex && isAlone ? rewrite(model, span, `regex ${regex}`, false) : [];
      const fixes = key !== "*" ? written : isAlone && !model.sources.macroAt(span) ? [alone] : [];
      report({ span, message: "literal", data: { text: quote(key) }, help, fixes });
    }
  },
});

const escapeName = (name: string) => name.replaceAll(".", "\\.").replaceAll("*", ".*");
