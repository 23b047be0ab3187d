import { quote } from "@smtpdlint/model";
import { parseCredentials } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";
import { credentialsOf, isHash } from "../shared/credentials.ts";

/** Enough to see what is wrong. */
const mostReports = 10;

export const rule = defineRule({
  meta: {
    id: "plain-password",
    category: "broken",
    summary: "a listener's password that is not a crypt(3) hash",
    messages: {
      plain: "the password of {user} is not a crypt(3) hash: {user} cannot log in",
      scheme: "smtpd does not know {scheme}, which is for Dovecot: {user} cannot log in",
      passwd: "this looks like a line of passwd(5), which smtpd reads as user and password: {user} cannot log in",
    },
  },
  visit: {
    listen(listener, context) {
      let count = 0;
      for (const entry of credentialsOf(listener, context)) {
        const { key, value } = entry;
        const credentials = parseCredentials(value);
        // What smtpd cannot read at all is a finding of its own.
        if (typeof credentials === "string" || isNoPassword(credentials.password)) continue;
        if (++count > mostReports) return;
        const scheme = schemeOf(credentials.password);
        const isPasswd = value.split(":").length >= 5;
        context.report({
          span: entry.span,
          message: scheme ? "scheme" : isPasswd ? "passwd" : "plain",
          data: { user: quote(key), scheme: quote(scheme ?? "") },
          help: scheme
            ? "leave the prefix out if a hash of crypt(3) follows it, or let smtpctl encrypt make one"
            : isPasswd
              ? "use the backend passwd, of the package table-passwd"
              : "smtpctl encrypt makes the hash",
        });
      }
    },
  },
});

/** A hash, the old DES, a password that is locked on purpose, or `SMTPPASS` in place of one. */
const isNoPassword = (password: string) =>
  isHash.test(password) || /^[./0-9A-Za-z]{13}$|^[*!]|^[A-Z_]{4,}$/.test(password);

/** Dovecot's `{SHA512-CRYPT}` before a hash. */
const schemeOf = (password: string) => /^\{[A-Z0-9.-]+\}/i.exec(password)?.[0];
