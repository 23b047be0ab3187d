import { quote, quoteText } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "wildcard-of-one-label",
    category: "suspicious",
    severity: "info",
    summary: "a wildcard that leaves out the domain itself and what is deeper",
    messages: { label: "{text} stands for one name below {domain}, not for {domain} itself and not for a.b.{bare}" },
  },
  model(model, { policy, report }) {
    for (const { key, span, place, condition } of policy.comparedEntries) {
      const domain = domainBelow(key);
      if (place !== "for domain" || !domain || condition?.regex || !condition?.table) continue;
      // Who names the domain as well knows what the wildcard means.
      if (model.tables.keysOf(condition.table)?.has(domain.toLowerCase())) continue;
      const data = { text: quote(key), domain: quote(domain), bare: domain };
      report({ span, message: "label", data, help: `add ${quoteText(domain) ?? "the domain"}, if it is meant too` });
    }
  },
});

/** `example.org` of `*.example.org` */
function domainBelow(key: string): string | undefined {
  const domain = key.slice(2);
  return key.startsWith("*.") && !domain.includes("*") && domain.slice(1, -1).includes(".") ? domain : undefined;
}
