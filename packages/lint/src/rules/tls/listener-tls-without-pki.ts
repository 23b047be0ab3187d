import { quote, tlsOption, writeText } from "@smtpdlint/model";
import { insert } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "listener-tls-without-pki",
    category: "refused",
    summary: "a listener with TLS and no certificate",
    lifetime: { since: "7.0" },
    fixable: true,
    messages: { tls: "{tls} needs a certificate: there is no 'pki' on this listener" },
  },
  model(model, { report }) {
    for (const listener of model.listeners) {
      const tls = tlsOption(listener);
      if (!tls || listener.socket || listener.broken) continue;
      if (listener.options.some(({ keyword }) => keyword.word === "pki")) continue;
      const known = model.symbols.namesOf("pki")[0];
      const above = model.symbols.definitions.filter(
        ({ kind, statement }) => kind === "pki" && statement.index < listener.index,
      );
      const [only, ...others] = new Set(above.map(({ name }) => name));
      const name = only === undefined ? undefined : writeText(only, false);
      const canAdd = name !== undefined && others.length === 0 && !model.sources.macroAt(tls.keyword.span);
      const text = `pki ${name}`;
      const fix = { title: `add '${text}'`, safe: false, edits: [insert(tls.span, tls.span.end, ` ${text}`)] };
      report({
        span: tls.keyword.span,
        message: "tls",
        data: { tls: quote(tls.keyword.word) },
        help: known
          ? `add pki ${writeText(known, false) ?? "NAME"}`
          : "add pki NAME, and define it above with pki NAME cert FILE and pki NAME key FILE",
        fixes: canAdd ? [fix] : [],
      });
    }
  },
});
