import { unusedNameRule } from "./shared/unused-name.ts";

/** Up to 6.8 smtpd also picked a pki by a host name, or the one called '*' (cert.c, smtp.c). */
export const rule = unusedNameRule({
  id: "unused-pki",
  kind: "pki",
  noun: "pki",
  use: "listen on … tls pki NAME",
  lifetime: { since: "7.0" },
});
