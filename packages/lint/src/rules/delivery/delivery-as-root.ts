import { optionOf } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "delivery-as-root",
    category: "broken",
    summary: "deliveries as root, which smtpd refuses",
    messages: { root: "smtpd delivers nothing as root: every delivery fails" },
  },
  visit: {
    action(action, { report }) {
      const user = optionOf(action, "user")?.value;
      if (action.broken || user?.kind !== "text" || user.faulty || user.value !== "root") return;
      report({ span: user.span, message: "root", help: "name the user to whom the mailboxes belong" });
    },
  },
});
