import { optionOf } from "@smtpdlint/model";
import { hasTls } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "listener-pki-without-tls",
    category: "refused",
    summary: "a listener with a pki and no TLS",
    messages: { pki: "'pki' without TLS has no use, and smtpd refuses it" },
  },
  visit: {
    listen(listener, { report }) {
      const pki = optionOf(listener, "pki");
      if (!pki || listener.socket || listener.broken || hasTls(listener)) return;
      report({ span: pki.keyword.span, message: "pki", help: "add tls, tls-require or smtps" });
    },
  },
});
