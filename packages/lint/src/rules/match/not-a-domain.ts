import { quote } from "@smtpdlint/model";
import { substitute } from "../../edits.ts";
import { defineRule } from "../../rule.ts";
import { bareTablesOf } from "../shared/bare-table.ts";
import { FirstFew } from "../shared/first-few.ts";
import { hasPlaceholder } from "../shared/placeholder.ts";
import { asEntries } from "../shared/several-entries.ts";

export const rule = defineRule({
  meta: {
    id: "not-a-domain",
    category: "broken",
    fixable: true,
    summary: "something where smtpd compares domains that none can be equal to",
    messages: { never: "{text} is equal to no domain: none {has}" },
  },
  model(model, { policy, report }) {
    const bareTables = bareTablesOf(model);
    const few = new FirstFew();
    for (const entry of policy.comparedEntries) {
      const { key, place, service } = entry;
      // A filter sees what a client says before smtpd has looked at it.
      if (service !== "domain" || place.startsWith("filter") || hasPlaceholder(key)) continue;
      const flaw = flawOf(key, place);
      if (!flaw) continue;
      const { span, table } = entry;
      if (bareTables.at(span) || !few.admits(entry.asRead)) continue;
      const { has, help, meant } = flaw;
      const parts = key.trim().split(/[,;\s]+/);
      const isSeveral = has === "holds a space" && parts.every((part) => part !== "" && !flawOf(part, place));
      const fixes =
        meant !== undefined
          ? substitute(model, span, { wrong: key, meant })
          : isSeveral
            ? asEntries(model, span, table, parts)
            : [];
      report({ span, message: "never", data: { text: quote(key), has }, help, fixes });
    }
  },
});

interface Flaw {
  readonly has: string;
  readonly help: string;
  readonly meant?: string;
}

/** What keeps a text from being a domain or a pattern for one (util.c, valid_domainpart and hostname_match). */
function flawOf(text: string, place: string): Flaw | undefined {
  // A comment that smtpd takes for text is a finding of its own.
  if (/\s#/.test(text)) return undefined;
  const at = text.lastIndexOf("@");
  if (at !== -1) {
    const domain = text.slice(at + 1).trim();
    const more = place === "helo" ? "" : "; rcpt-to compares whole addresses";
    const isMeant = domain !== "" && !flawOf(domain, place);
    return { has: "holds '@'", help: `write ${domain || "DOMAIN"}${more}`, ...(isMeant && { meant: domain }) };
  }
  if (/\s/.test(text)) return { has: "holds a space", help: "write each name as an entry of its own" };
  const char = /[^A-Za-z0-9._*:[\]-]/u.exec(text)?.[0];
  if (char !== undefined) return { has: `holds ${quote(char)}`, help: "write a name such as example.org" };
  if (text.startsWith(".")) {
    return { has: "begins with a dot", help: `write *${text} for the names below it`, meant: `*${text}` };
  }
  if (text.endsWith(".")) {
    const meant = text.slice(0, -1);
    return { has: "ends with a dot", help: `write ${meant}`, meant };
  }
  return undefined;
}
