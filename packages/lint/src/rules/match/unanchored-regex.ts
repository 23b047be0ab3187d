import { outcomeOf, quote } from "@smtpdlint/model";
import { insert } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "unanchored-regex",
    category: "security",
    fixable: true,
    severity: "info",
    summary: "unanchored regular expression: matches more than intended",
    lifetime: { since: "6.6" },
    messages: { open: "{text} has no '$' at its end: it also matches {longer}" },
  },
  model(model, { policy, report }) {
    for (const entry of policy.comparedEntries) {
      const { key, service, place, isNegated, statement } = entry;
      if (service !== "regex" || statement.kind !== "match") continue;
      if (isNegated || !grants.has(place) || outcomeOf(statement) !== "action") continue;
      // Only what ends like the name of a domain is meant to end there.
      const name = domainAtEnd(key);
      if (!name) continue;
      const { span } = entry;
      const longer = `${name.replaceAll("\\", "")}.evil.example`;
      const written = model.sources.textAt(span);
      const isVerbatim = written === key || written === `"${key}"`;
      const fix = {
        title: "add $ at the end",
        safe: false,
        edits: [insert(span, span.end - (written === key ? 0 : 1), "$")],
      };
      const fixes = isVerbatim && !model.sources.macroAt(span) ? [fix] : [];
      report({
        span,
        message: "open",
        data: { text: quote(key), longer: quote(longer) },
        help: "add $ at the end",
        fixes,
      });
    }
  },
});

/** Where a match lets somebody do something. */
const grants = new Set(["for domain", "from rdns", "from mail-from", "mail-from", "helo", "auth", "from auth"]);

/** `example\.org` at the end of a pattern, found from its end: a key may be long. */
function domainAtEnd(key: string): string | undefined {
  const dot = /\\\.[a-z]{2,}$/i.exec(key)?.index;
  if (dot === undefined) return undefined;
  let start = dot;
  while (/[a-z0-9-]/i.test(key.charAt(start - 1))) start--;
  return start < dot ? key.slice(start) : undefined;
}
