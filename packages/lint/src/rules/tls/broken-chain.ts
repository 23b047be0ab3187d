import { quote, tlsFiles } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "broken-chain",
    category: "suspicious",
    severity: "info",
    summary: "a file of certificates from which others cannot see who has issued the first",
    messages: {
      order: "in {path} certificate {number} has not issued the one before it",
      alone: "{path} has no certificate of its issuer: who does not know that one cannot check it",
    },
  },
  model(model, { report }) {
    for (const { role, path } of tlsFiles(model)) {
      const certificate = role === "cert" ? model.machine?.certificate(path.value) : undefined;
      if (!certificate) continue;
      const { chain, namesIssuer } = certificate;
      const wrong = chain.indexOf(false);
      const isAlone = chain.length === 0 && namesIssuer;
      if (wrong === -1 && !isAlone) continue;
      report({
        span: path.span,
        message: isAlone ? "alone" : "order",
        data: { path: quote(path.value), number: wrong + 2 },
        help: isAlone
          ? "use the file with the full chain, fullchain.pem of most ACME clients"
          : "put the certificate of the host first, and after each one that of its issuer",
      });
    }
  },
});
