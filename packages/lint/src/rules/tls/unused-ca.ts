import { unusedNameRule } from "../shared/unused-name.ts";

/** Up to 6.8 smtpd also picked a ca by a host name, or the one called '*' (cert.c). */
export const rule = unusedNameRule({
  id: "unused-ca",
  kind: "ca",
  noun: "ca",
  use: "listen on … tls-require verify ca NAME",
  lifetime: { since: "7.0" },
});
