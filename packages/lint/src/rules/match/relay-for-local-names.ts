import { quote } from "@smtpdlint/model";
import { insert } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "relay-for-local-names",
    category: "suspicious",
    summary: "a rule that relays, and without 'for' only mail to local names",
    fixable: true,
    messages: { local: "without 'for' this rule is for local names only, and hands their mail to the relay {action}" },
  },
  visit: {
    match({ keyword, conditions, action, outcome, span, broken }, context) {
      if (broken || !action || !outcome || conditions.length === 0) return;
      if (conditions.some((condition) => ["for", "rcpt-to"].includes(condition.keyword.word))) return;
      const relay = context.model.symbols.definitionsOf("action", action.value)[0]?.statement;
      if (relay?.kind !== "action" || relay.method?.word !== "relay") return;
      context.report({
        span: keyword.span,
        message: "local",
        data: { action: quote(action.value) },
        related: [{ span: relay.span, message: "the relay" }],
        help: "write for any, if mail to others is meant",
        fixes: [{ title: "add 'for any'", safe: false, edits: [insert(span, outcome.span.start, "for any ")] }],
      });
    },
  },
});
