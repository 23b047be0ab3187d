import { tlsOption } from "../model/listeners.ts";
import { defineRule } from "../rule.ts";
import { quote } from "../text/format.ts";

export const rule = defineRule({
  meta: {
    id: "listener-tls-without-pki",
    category: "refused",
    summary: "a listener with TLS and no certificate",
    lifetime: { since: "7.0" },
    messages: { tls: "{tls} needs a certificate: there is no 'pki' on this listener" },
  },
  model(model, { report }) {
    for (const listener of model.listeners) {
      const tls = tlsOption(listener);
      if (!tls || listener.socket || listener.broken) continue;
      if (listener.options.some(({ keyword }) => keyword.word === "pki")) continue;
      const known = model.namesOf("pki")[0];
      report({
        span: tls.keyword.span,
        message: "tls",
        data: { tls: quote(tls.keyword.word) },
        help: known
          ? `add pki ${known}`
          : "add pki NAME, and define it above with pki NAME cert FILE and pki NAME key FILE",
      });
    }
  },
});
