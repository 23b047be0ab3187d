import { optionOf } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "senders-without-auth",
    category: "suspicious",
    summary: "senders on a listener without auth",
    messages: { ignored: "'senders' is about users who have logged in, and nobody can log in here: it is ignored" },
  },
  model(_, { policy: { entryPoints }, report }) {
    for (const { listener, auth } of entryPoints) {
      const senders = listener && optionOf(listener, "senders");
      if (!senders || listener.broken || auth !== "none") continue;
      report({ span: senders.keyword.span, message: "ignored", help: "add auth and TLS, or remove senders" });
    }
  },
});
