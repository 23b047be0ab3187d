import { entriesOf, quote, tablesUsedAs } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

/** Where smtpd looks up the user alone, without a domain (aliases.c, aliases_get; lka_session.c, lka_expand). */
const places = ["alias", "userbase"];

export const rule = defineRule({
  meta: {
    id: "key-never-looked-up",
    category: "suspicious",
    summary: "a key with a domain where smtpd asks for the user alone",
    messages: {
      one: "{place} asks for the user alone: the key {key} is never found",
      more: "{place} asks for the user alone: the key {key} is never found, as are {count} more with '@'",
    },
  },
  model(model, { report }) {
    for (const { place, table } of tablesUsedAs(places, model.actions, model)) {
      const keys = [...entriesOf(table)].filter(({ key }) => key.includes("@"));
      const [first] = keys;
      if (!first) continue;
      report({
        span: first.span,
        message: keys.length > 1 ? "more" : "one",
        data: { place: quote(place), key: quote(first.key), count: keys.length - 1 },
        help:
          place === "alias"
            ? "write the user without its domain; virtual USERS is for whole addresses"
            : "write the user without its domain; virtual USERS leads from whole addresses to users",
      });
    }
  },
});
