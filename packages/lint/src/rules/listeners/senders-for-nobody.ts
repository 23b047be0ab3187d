import { Candidates, count, quote } from "@smtpdlint/model";
import { didYouMean } from "../../edits.ts";
import { defineRule } from "../../rule.ts";
import { sendersTables } from "../shared/senders.ts";

export const rule = defineRule({
  meta: {
    id: "senders-for-nobody",
    category: "suspicious",
    summary: "addresses to send from for a name under which nobody can log in",
    fixable: true,
    messages: {
      one: "nobody can log in as {user}: these addresses are for nobody",
      more: "nobody can log in as {user}: these addresses are for nobody, as are those of {others} more",
    },
  },
  model(model, { report }) {
    for (const { entries, users } of sendersTables(model)) {
      // Where nobody can log in at all, that is a finding of its own.
      if (users.length === 0) continue;
      const names = new Set(users.map(({ key }) => key.toLowerCase()));
      const strangers = entries.filter(({ key }) => !names.has(key.toLowerCase()));
      const [first] = strangers;
      if (!first) continue;
      const suggestion = new Candidates(names).nearest(first.key);
      report({
        span: first.span,
        message: strangers.length > 1 ? "more" : "one",
        data: { user: quote(first.key), others: count(strangers.length - 1, "name") },
        ...(suggestion
          ? didYouMean(model, first.span, { wrong: first.key, meant: suggestion })
          : { help: "write the name of a user in the table of auth" }),
      });
    }
  },
});
