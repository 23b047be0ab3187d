import { entriesOf, parseNetwork, quote, tableUses } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

/** Where smtpd looks up an address of its own (lka.c, mta.c: K_ADDRNAME). */
const places = new Set(["helo-src", "hostnames"]);

export const rule = defineRule({
  meta: {
    id: "unbracketed-address-key",
    category: "suspicious",
    summary: "an address of IPv6 without brackets as a key that smtpd looks up with them",
    fixable: true,
    messages: { key: "smtpd looks for {wanted} here: the key {key} is never found" },
  },
  model(model, { report }) {
    const seen = new Set<string>();
    for (const statement of model.config.statements) {
      for (const { place, table } of tableUses(statement, model.target)) {
        if (!places.has(place)) continue;
        for (const { key, span } of entriesOf(model.tables.of(table))) {
          const isAddress = /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(key) && parseNetwork(key) !== undefined;
          const at = `${span.file}:${span.start}`;
          if (!isAddress || seen.has(at)) continue;
          seen.add(at);
          report({
            span,
            message: "key",
            data: { key: quote(key), wanted: quote(`[${key}]`) },
            help: `write "[${key}]"`,
            fixes: span.file < model.config.files.length ? rewrite(model, span, `"[${key}]"`, true) : [],
          });
        }
      }
    }
  },
});
