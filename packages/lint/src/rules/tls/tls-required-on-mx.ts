import { tlsOption } from "@smtpdlint/model";
import { portsOf } from "@smtpdlint/policy";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "tls-required-on-mx",
    category: "suspicious",
    fixable: true,
    severity: "info",
    summary: "a public port 25 that refuses mail servers without TLS",
    messages: {
      required: "a mail server without STARTTLS cannot deliver here: RFC 3207 requires port 25 to accept its mail",
    },
  },
  model(model, { policy: { entryPoints }, report }) {
    for (const { listener, reach, auth } of entryPoints) {
      if (!listener || listener.broken || reach !== "outside" || auth === "required") continue;
      const tls = tlsOption(listener);
      if (tls?.keyword.word !== "tls-require" || !portsOf(listener).includes(25)) continue;
      report({
        span: tls.keyword.span,
        message: "required",
        help: "write tls, which offers it",
        fixes: rewrite(model, tls.span, "tls", false),
      });
    }
  },
});
