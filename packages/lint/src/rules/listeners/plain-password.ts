import { authOption, entriesOf, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

/** Enough to see what is wrong. */
const mostReports = 10;

export const rule = defineRule({
  meta: {
    id: "plain-password",
    category: "broken",
    summary: "a password at a listener that is no hash of crypt(3)",
    messages: {
      plain: "the password of {user} is no hash of crypt(3): {user} cannot log in",
      passwd: "this looks like a line of passwd(5), which smtpd reads as user and password: {user} cannot log in",
    },
  },
  visit: {
    listen(listener, { model, report }) {
      const option = authOption(listener);
      const table = option?.value;
      if (!table || listener.broken) return;
      if (table.kind !== "table-reference" && table.kind !== "inline-table") return;
      let count = 0;
      for (const { key, value, valueSpan } of entriesOf(model.tables.of(table))) {
        if (value === undefined || !valueSpan || isHash(passwordOf(value))) continue;
        if (++count > mostReports) return;
        const passwd = value.split(":").length >= 5;
        report({
          span: valueSpan,
          message: passwd ? "passwd" : "plain",
          data: { user: quote(key) },
          help: passwd ? "use the backend passwd, of the package table-passwd" : "smtpctl encrypt makes the hash",
        });
      }
    },
  },
});

/** What stands after the first colon, or all of it (to.c, text_to_credentials). */
const passwordOf = (value: string) => value.slice(value.indexOf(":") + 1);

/** `$2b$…`, `$6$…` and the like, the old DES, a password that is locked on purpose, or `SMTPPASS` in place of one. */
const isHash = (password: string) => /^\$[A-Za-z0-9-]+\$|^[./0-9A-Za-z]{13}$|^[*!]|^[A-Z_]{4,}$/.test(password);
