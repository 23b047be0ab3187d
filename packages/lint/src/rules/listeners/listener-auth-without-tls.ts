import { authOption, quote } from "@smtpdlint/model";
import { hasTls } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "listener-auth-without-tls",
    category: "refused",
    summary: "a listener with auth and no TLS",
    messages: { auth: "{auth} needs TLS: a password must not travel in the clear" },
  },
  visit: {
    listen(listener, { report }) {
      const auth = authOption(listener);
      if (!auth || listener.socket || listener.broken || hasTls(listener)) return;
      const data = { auth: quote(auth.keyword.word) };
      report({ span: auth.keyword.span, message: "auth", data, help: "add tls-require or smtps, and a pki" });
    },
  },
});
