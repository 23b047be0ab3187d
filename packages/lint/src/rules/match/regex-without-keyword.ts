import { quote, Regex } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "regex-without-keyword",
    category: "suspicious",
    fixable: true,
    summary: "a regular expression that smtpd compares as a plain text",
    lifetime: { since: "6.6" },
    messages: { plain: "without 'regex' {text} is compared literally, and nothing is equal to it" },
  },
  model(model, { policy, report }) {
    for (const entry of policy.comparedEntries) {
      const { key, service } = entry;
      if (service !== "domain" && service !== "mailaddr") continue;
      if (!/^\^|\$$|\.[*+]|\\\.|\[[a-z0-9^][^\][]*\][*+]/i.test(key)) continue;
      const { span, table } = entry;
      // The word holds for all that a table has.
      const isAlone = table.kind === "single-value" && Regex.parse(key.toLowerCase()) instanceof Regex;
      const fixes = isAlone ? rewrite(model, span, `regex ${model.sources.textAt(span)}`, false) : [];
      report({ span, message: "plain", data: { text: quote(key) }, help: "write regex before it", fixes });
    }
  },
});
