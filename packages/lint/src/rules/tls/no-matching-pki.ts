import { optionOf, quote, tlsOption } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "no-matching-pki",
    // Nobody but the machine knows its name.
    category: "suspicious",
    summary: "a listener with TLS whose name no pki has",
    lifetime: { until: "7.0" },
    messages: {
      name: "without 'pki' this listener uses the certificate of the pki {host}, which is not defined: TLS fails",
      machine:
        "without 'pki' this listener uses the certificate of the pki of this machine's name, and none can be that",
    },
  },
  model(model, { report }) {
    if (model.sources.isIncompleteAt(undefined)) return;
    const names = model.symbols.namesOf("pki");
    if (names.includes("*")) return;
    for (const listener of model.listeners) {
      const tls = tlsOption(listener);
      const host = optionOf(listener, "hostname")?.value;
      if (!tls || listener.socket || listener.broken || optionOf(listener, "pki", "hostnames")) continue;
      if (host && (host.kind !== "text" || host.faulty)) continue;
      // The name of a machine has a dot, of a mail server at any rate.
      if (host ? names.includes(host.value.toLowerCase()) : names.some((name) => name.includes("."))) continue;
      report({
        span: tls.keyword.span,
        message: host ? "name" : "machine",
        data: { host: quote(host ? host.value : "") },
        help: names[0]
          ? `add pki ${names[0]}`
          : "define pki NAME cert FILE and pki NAME key FILE, and add pki NAME here",
      });
    }
  },
});
