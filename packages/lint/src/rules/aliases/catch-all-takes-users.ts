import { entriesOf, quote, subAddressDelimiter, tablesUsedAs } from "@smtpdlint/model";
import { Mapping, membersOf, virtualKeys } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "catch-all-takes-users",
    category: "suspicious",
    summary: "a catch-all '@' that also matches users to whom other entries lead",
    lifetime: { until: "6.7" },
    messages: { takes: "{catchAll} also matches the user {user}, to whom {key} leads, and so gets all mail for {key}" },
  },
  model(model, { report }) {
    const delimiter = subAddressDelimiter(model);
    for (const { table } of tablesUsedAs(["virtual"], model.actions, model)) {
      const users = new Mapping("", table);
      const catchAll = users.find("@");
      if (typeof catchAll !== "object") continue;
      const isTaken = (user: string) => {
        const keys = virtualKeys({ user, domain: "" }, delimiter, model.target);
        return keys.map((key) => users.find(key)).find((entry) => entry !== "missing") === catchAll;
      };
      const taken = [...entriesOf(table)]
        .filter(({ key }) => key !== "@")
        .flatMap(({ key, value }) => membersOf(value ?? "").members.map(({ kind, text }) => ({ key, kind, text })))
        .find(({ kind, text }) => kind === "user" && isTaken(text));
      if (!taken) continue;
      report({
        span: catchAll.span,
        message: "takes",
        data: { catchAll: quote("@"), user: quote(taken.text), key: quote(taken.key) },
        help: "write @DOMAIN for each domain instead",
      });
    }
  },
});
