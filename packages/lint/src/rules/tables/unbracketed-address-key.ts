import { entriesOf, parseNetwork, quote, tablesUsedAs } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

/** Where smtpd looks up an address of its own (lka.c, mta.c: K_ADDRNAME). */
const places = ["helo-src", "hostnames"];

export const rule = defineRule({
  meta: {
    id: "unbracketed-address-key",
    category: "suspicious",
    summary: "an address of IPv6 without brackets as a key that smtpd looks up with them",
    fixable: true,
    messages: { key: "smtpd looks for {wanted} here: the key {key} is never found" },
  },
  model(model, { report }) {
    for (const { table } of tablesUsedAs(places, model.statementsOf("action", "listen"), model)) {
      for (const { key, span } of entriesOf(table)) {
        if (!isIPv6(key)) continue;
        report({
          span,
          message: "key",
          data: { key: quote(key), wanted: quote(`[${key}]`) },
          help: `write "[${key}]"`,
          fixes: span.file < model.config.files.length ? rewrite(model, span, `"[${key}]"`, true) : [],
        });
      }
    }
  },
});

const isIPv6 = (text: string) => /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text) && parseNetwork(text) !== undefined;
