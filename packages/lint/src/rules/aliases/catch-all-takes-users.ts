import { entriesOf, quote, tableUses } from "@smtpdlint/model";
import { membersOf } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "catch-all-takes-users",
    category: "suspicious",
    summary: "a catch-all '@' that takes the users to whom other entries lead",
    lifetime: { until: "6.7" },
    messages: { takes: "{catchAll} also takes the user {user}, to whom {key} leads, and so all mail for {key}" },
  },
  model(model, { report }) {
    const seen = new Set<unknown>();
    for (const statement of model.config.statements) {
      for (const { place, table } of tableUses(statement, model.target)) {
        const info = model.tables.of(table);
        if (place !== "virtual" || seen.has(info)) continue;
        seen.add(info);
        const entries = [...entriesOf(info)];
        const catchAll = entries.find(({ key }) => key === "@");
        if (!catchAll) continue;
        const keys = new Set(entries.map(({ key }) => key.toLowerCase()));
        for (const { key, value } of entries) {
          if (key === "@") continue;
          const taken = membersOf(value ?? "").members.find(
            ({ kind, text }) => kind === "user" && !keys.has(text.toLowerCase()),
          );
          if (!taken) continue;
          report({
            span: catchAll.span,
            message: "takes",
            data: { catchAll: quote("@"), user: quote(taken.text), key: quote(key) },
            help: "write @DOMAIN for each domain instead",
          });
          break;
        }
      }
    }
  },
});
