import { quote, tlsFiles } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

const day = 86_400_000;
/** Let's Encrypt renews 30 days before the end: who has fewer than this has missed it. */
const soon = 14 * day;

export const rule = defineRule({
  meta: {
    id: "expired-certificate",
    category: "suspicious",
    summary: "a certificate that has expired, expires soon or is not valid yet",
    messages: {
      expired: "the certificate {path} expired on {date}: who checks it refuses to go on",
      soon: "the certificate {path} expires on {date}",
      early: "the certificate {path} is valid from {date} on",
    },
  },
  model(model, { report }) {
    const { machine } = model;
    if (!machine) return;
    for (const { role, path } of tlsFiles(model)) {
      const certificate = role === "cert" ? machine.certificate(path.value) : undefined;
      if (!certificate) continue;
      const { validFrom, validTo } = certificate;
      const isEarly = validFrom > machine.now;
      if (!isEarly && validTo - machine.now > soon) continue;
      const date = new Date(isEarly ? validFrom : validTo).toISOString().slice(0, 10);
      report({
        span: path.span,
        message: isEarly ? "early" : validTo < machine.now ? "expired" : "soon",
        data: { path: quote(path.value), date },
        help: isEarly ? "look at the clock of this machine" : "renew it, and restart smtpd: it reads it only at start",
      });
    }
  },
});
