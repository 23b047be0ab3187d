import { pkiFile, pkisByName, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "key-of-another-certificate",
    category: "broken",
    summary: "a pki whose key is not that of its certificate",
    messages: { other: "{key} is not the key of the certificate {cert}: TLS fails" },
  },
  model(model, { report }) {
    const { machine } = model;
    if (!machine) return;
    for (const statements of pkisByName(model).values()) {
      const [cert, key] = [pkiFile(statements, "cert"), pkiFile(statements, "key")];
      if (!cert || !key || machine.isKeyOf(key.value, cert.value) !== false) continue;
      report({
        span: key.span,
        message: "other",
        data: { key: quote(key.value), cert: quote(cert.value) },
        related: [{ span: cert.span, message: "the certificate" }],
        help: "name the key with which the certificate was requested; the first certificate of the file must be the server's own",
      });
    }
  },
});
