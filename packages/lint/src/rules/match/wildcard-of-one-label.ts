import { quote, quoteText } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "wildcard-of-one-label",
    category: "suspicious",
    severity: "info",
    summary: "a wildcard that leaves out the domain itself and what is deeper",
    messages: { label: "{text} matches names one level below {domain}, but neither {domain} itself nor a.b.{bare}" },
  },
  model(model, { policy, report }) {
    for (const entry of policy.comparedEntries) {
      const { key, service, place } = entry;
      if ((service !== "domain" && service !== "mailaddr") || place === "senders") continue;
      // Of an address only the domain can have a wildcard.
      const start = service === "mailaddr" ? key.lastIndexOf("@") + 1 : 0;
      const domain = service === "mailaddr" && start === 0 ? undefined : domainBelow(key.slice(start));
      if (!domain) continue;
      // Who names the domain as well knows what the wildcard means.
      if (model.tables.keysOf(entry.table)?.has((key.slice(0, start) + domain).toLowerCase())) continue;
      const data = { text: quote(key), domain: quote(domain), bare: domain };
      const help = `add ${quoteText(key.slice(0, start) + domain) ?? "the domain"}, if it is meant too`;
      report({ span: entry.span, message: "label", data, help });
    }
  },
});

/** `example.org` of `*.example.org` */
function domainBelow(key: string): string | undefined {
  const domain = key.slice(2);
  return key.startsWith("*.") && !domain.includes("*") && domain.slice(1, -1).includes(".") ? domain : undefined;
}
