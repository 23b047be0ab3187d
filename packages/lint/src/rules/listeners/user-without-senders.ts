import { count, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";
import { sendersTables } from "../shared/senders.ts";

export const rule = defineRule({
  meta: {
    id: "user-without-senders",
    category: "suspicious",
    summary: "a user who can log in and not send, for want of an address to send from",
    messages: {
      one: "'senders' has no address for {user}: smtpd refuses all mail of {user} with 530",
      more: "'senders' has no address for {user}: smtpd refuses all mail of {user} with 530, as that of {others} more",
    },
  },
  model(model, { report }) {
    for (const { entries, users } of sendersTables(model)) {
      const names = new Set(entries.map(({ key }) => key.toLowerCase()));
      const silent = users.filter(({ key }) => !names.has(key.toLowerCase()));
      const [first] = silent;
      if (!first) continue;
      const data = { user: quote(first.key), others: count(silent.length - 1, "user") };
      const help = "add a line with the user and the addresses";
      report({ span: first.keySpan, message: silent.length > 1 ? "more" : "one", data, help });
    }
  },
});
