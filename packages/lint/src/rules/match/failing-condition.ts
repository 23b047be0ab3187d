import { isAtLeast } from "@smtpdlint/grammar";
import { conditionName, quote } from "@smtpdlint/model";
import { remove, rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "failing-condition",
    category: "broken",
    fixable: true,
    summary: "a condition that smtpd cannot evaluate: the mail is put off",
    messages: {
      tempfail: "smtpd cannot evaluate {condition}: every mail that gets here is answered with '451 Temporary failure'",
    },
  },
  visit: {
    match({ conditions, broken }, context) {
      if (broken) return;
      const { target } = context;
      const early = !isAtLeast(target, "6.7");
      for (const condition of conditions) {
        const { span, table } = condition;
        const word = conditionName(condition);
        const fails =
          word === "tls" ||
          (word === "from socket" && !isAtLeast(target, "6.6")) ||
          (word === "auth" && table !== undefined && early);
        if (!fails) continue;
        const help =
          word === "tls"
            ? "let the listener require TLS (tls-require), give it a tag, and match that"
            : word === "auth"
              ? "write auth without a table, or use 6.7 or later"
              : "write from local, or use 6.6 or later";
        const fixes =
          word === "from socket"
            ? rewrite(context.model, { ...span, start: span.end - "socket".length }, "local", false)
            : word === "auth"
              ? [
                  {
                    title: "match all who have logged in",
                    safe: false,
                    edits: [remove(context.model, table?.span ?? span)],
                  },
                ]
              : [];
        context.report({ span, message: "tempfail", data: { condition: quote(word) }, help, fixes });
      }
    },
  },
});
