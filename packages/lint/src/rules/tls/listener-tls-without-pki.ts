import { type Option, originOf } from "@smtpdlint/grammar";
import { optionOf, quote, tlsOption, writeText } from "@smtpdlint/model";
import type { Fix } from "../../diagnostic.ts";
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
      const asRead = originOf(listener);
      if (asRead.socket || asRead.broken || optionOf(asRead, "pki") || !tlsOption(asRead)) continue;
      const tls = tlsOption(listener);
      if (!tls) continue;
      const known = model.symbols.namesOf("pki")[0];
      const above = model.symbols.definitionsOfKind("pki").filter(({ statement }) => statement.index < listener.index);
      const names = new Set(above.map(({ name }) => name));
      const isWritten = !model.sources.macroAt(tls.keyword.span);
      const fixes = [...names].slice(0, mostNames).flatMap((name) => withPki(tls, name));
      report({
        span: tls.keyword.span,
        message: "tls",
        data: { tls: quote(tls.keyword.word) },
        help: known
          ? `add pki ${writeText(known, false) ?? "NAME"}`
          : "add pki NAME, and define it above with pki NAME cert FILE and pki NAME key FILE",
        fixes: isWritten ? fixes : [],
      });
    }
  },
});

/** So many certificates are offered. */
const mostNames = 3;

function withPki(tls: Option, name: string): Fix[] {
  const text = writeText(name, false);
  const edits = [insert(tls.span, tls.span.end, ` pki ${text}`)];
  return text === undefined ? [] : [{ title: `add 'pki ${text}'`, safe: false, edits }];
}
