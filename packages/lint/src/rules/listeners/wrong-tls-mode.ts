import { optionOf, quote, tlsOption } from "@smtpdlint/model";
import { portsOf } from "@smtpdlint/policy";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "wrong-tls-mode",
    category: "suspicious",
    fixable: true,
    summary: "a port on which clients speak TLS in another way than the listener",
    messages: {
      late: "clients of port {port} begin with TLS at once, but {tls} waits for STARTTLS",
      early: "clients of port {port} begin without TLS, but {tls} wants it at once",
    },
  },
  model(model, { report }) {
    for (const listener of model.listeners) {
      const tls = tlsOption(listener);
      const [port] = portsOf(listener);
      if (!tls || listener.broken || (port !== 25 && port !== 465 && port !== 587)) continue;
      const early = tls.keyword.word === "smtps";
      if (early === (port === 465)) continue;
      const shown = optionOf(listener, "port");
      report({
        span: tls.keyword.span,
        message: early ? "early" : "late",
        data: { port, tls: quote(tls.keyword.word) },
        related: shown ? [{ span: shown.span, message: "the port" }] : [],
        fixes: [
          ...rewrite(model, tls.span, early ? "tls-require" : "smtps", false),
          ...(shown ? rewrite(model, shown.span, early ? "port smtps" : "port submission", false) : []),
        ],
        help: early ? "write tls-require, or port smtps" : "write smtps, or port submission",
      });
    }
  },
});
