import { optionOf } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "helo-src-without-src",
    category: "suspicious",
    summary: "helo-src without src, which smtpd ignores",
    messages: { ignored: "without 'src' smtpd does not look at 'helo-src': it greets with the name of the machine" },
  },
  visit: {
    action(action, { report }) {
      const helo = optionOf(action, "helo-src");
      if (!helo || action.broken || optionOf(action, "src")) return;
      report({ span: helo.span, message: "ignored", help: "add src <ADDRESSES>, or write helo NAME" });
    },
  },
});
