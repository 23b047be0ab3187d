import { tlsOption } from "@smtpdlint/model";
import { unusedNameRule } from "../shared/unused-name.ts";

/** Up to 6.8 smtpd also picked a pki by a host name, or the one called '*' (cert.c, smtp.c). */
export const rule = unusedNameRule({
  id: "unused-pki",
  kind: "pki",
  noun: "pki",
  use: "listen on … tls pki NAME",
  lifetime: { since: "7.0" },
  // A listener that lacks one may be the use that was meant: see listener-tls-without-pki.
  applies: (_, { listeners }) =>
    listeners.every(
      (listener) => !tlsOption(listener) || listener.options.some(({ keyword }) => keyword.word === "pki"),
    ),
});
