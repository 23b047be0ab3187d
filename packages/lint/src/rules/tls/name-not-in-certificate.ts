import { optionOf, pkiFile, pkisByName, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "name-not-in-certificate",
    category: "suspicious",
    summary: "a listener whose certificates are not for the name that it gives itself",
    messages: { other: "no certificate of this listener is for {name}, only for {names}" },
  },
  model(model, { report }) {
    const { machine } = model;
    if (!machine) return;
    const pkis = pkisByName(model);
    for (const listener of model.listeners) {
      const hostname = optionOf(listener, "hostname")?.value;
      if (listener.broken || hostname?.kind !== "text" || hostname.faulty) continue;
      const used = listener.options.flatMap(({ keyword, value }) =>
        keyword.word === "pki" && value?.kind === "text" ? [value.value.toLowerCase()] : [],
      );
      const certificates = used.map((name) => {
        const cert = pkiFile(pkis.get(name) ?? [], "cert");
        return cert && machine.certificate(cert.value);
      });
      const names = certificates.flatMap((certificate) => certificate?.names ?? []);
      const isKnown = certificates.every((certificate) => certificate && certificate.names.length > 0);
      const name = hostname.value.toLowerCase();
      if (used.length === 0 || !isKnown || names.some((pattern) => covers(pattern, name))) continue;
      report({
        span: hostname.span,
        message: "other",
        data: { name: quote(hostname.value), names: [...new Set(names)].map(quote).join(", ") },
        help: "request a certificate for this name, or give the listener a name that the certificate has",
      });
    }
  },
});

/** RFC 6125, 6.4.3: `*.` stands for one label. */
const covers = (pattern: string, name: string): boolean =>
  pattern === name || (pattern.startsWith("*.") && name.slice(name.indexOf(".")) === pattern.slice(1));
