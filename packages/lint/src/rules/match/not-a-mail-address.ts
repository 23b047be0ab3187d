import { type Model, parseMailAddress, quote } from "@smtpdlint/model";
import type { ComparedEntry } from "@smtpdlint/policy";
import type { Fix } from "../../diagnostic.ts";
import { substitute } from "../../edits.ts";
import { defineRule } from "../../rule.ts";
import { bareTablesOf } from "../shared/bare-table.ts";
import { FirstFew } from "../shared/first-few.ts";
import { hasPlaceholder } from "../shared/placeholder.ts";
import { asEntries } from "../shared/several-entries.ts";

export const rule = defineRule({
  meta: {
    id: "not-a-mail-address",
    category: "broken",
    fixable: true,
    summary: "something where smtpd compares mail addresses that none can be equal to",
    messages: {
      user: "{text} matches no address: smtpd accepts none with {char} before the '@'",
      domain: "{text} is equal to no address: no domain has {char}",
    },
  },
  model(model, { policy, report }) {
    const bareTables = bareTablesOf(model);
    const few = new FirstFew();
    for (const entry of policy.comparedEntries) {
      const { key, place, service } = entry;
      // A filter sees what a client says before smtpd has looked at it.
      if (service !== "mailaddr" || place.startsWith("filter")) continue;
      // Null senders and comments that are none have rules of their own.
      if (key === "<>" || key === "<@>" || /\s#/.test(key) || hasPlaceholder(key)) continue;
      const address = parseMailAddress(key);
      if (!address) continue;
      const user = foreignToUser.exec(address.user)?.[0];
      const domain = foreignToDomain.exec(address.domain)?.[0];
      const char = user ?? domain;
      if (char === undefined) continue;
      const { span, table } = entry;
      if (bareTables.at(span) || !few.admits(entry.asRead)) continue;
      report({
        span,
        message: user === undefined ? "domain" : "user",
        data: { text: quote(key), char: char.trim() === "" ? "a space" : quote(char) },
        help: helpFor(key, place),
        fixes: fixesFor(key, place, { model, span, table }),
      });
    }
  },
});

/** What smtpd takes in no name of a user, a quoted one included (util.c, valid_localpart). */
const foreignToUser = /[^A-Za-z0-9!#$%*/?|^{}`~&'+\-=_.]/u;

/** What stands in no domain, a literal of an address included, nor in a pattern for one (util.c, valid_domainpart). */
const foreignToDomain = /[^A-Za-z0-9._*:[\]-]/u;

/** Without brackets, or with what parts several addresses in that place; none if something else is wrong as well. */
function fixesFor(
  text: string,
  place: string,
  { model, span, table }: { model: Model } & Pick<ComparedEntry, "span" | "table">,
): Fix[] {
  const parts = text.replace(/^<(.*)>$/, "$1").split(/[,;\s]+/);
  if (!parts.every(isAddress)) return [];
  if (parts.length === 1 || place === "senders")
    return substitute(model, span, { wrong: text, meant: parts.join(",") });
  return parts.every((part) => part.includes("@")) ? asEntries(model, span, table, parts) : [];
}

/** True for a text that may be equal to a mail address. */
function isAddress(text: string): boolean {
  const address = parseMailAddress(text);
  return (
    address !== undefined && text !== "" && !foreignToUser.test(address.user) && !foreignToDomain.test(address.domain)
  );
}

function helpFor(text: string, place: string): string {
  if (/^<.*>$/.test(text)) return "leave the angle brackets out";
  if (/["']/.test(text)) return "leave the quotes out: in a table they are a part of the text";
  if (/[,;\s]/.test(text)) {
    return place === "senders" ? "write commas between addresses" : "write each address as an entry of its own";
  }
  return "write USER@DOMAIN, @DOMAIN or USER";
}
