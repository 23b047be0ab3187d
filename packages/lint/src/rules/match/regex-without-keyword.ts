import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "regex-without-keyword",
    category: "suspicious",
    summary: "a regular expression that smtpd compares as a plain text",
    lifetime: { since: "6.6" },
    messages: { plain: "without 'regex' {text} is compared literally, and nothing is equal to it" },
  },
  model(_model, { policy, report }) {
    for (const { key, span, service } of policy.comparedEntries) {
      if (service !== "domain" && service !== "mailaddr") continue;
      if (!/^\^|\$$|\.[*+]|\\\.|\[[a-z0-9^][^\][]*\][*+]/i.test(key)) continue;
      report({ span, message: "plain", data: { text: quote(key) }, help: "write regex before it" });
    }
  },
});
