import { optionOf } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "login-name-in-header",
    category: "security",
    severity: "info",
    summary: "received-auth, which tells every recipient the login name",
    messages: { published: "'received-auth' writes the login name of the user into every message" },
  },
  visit: {
    listen(listener, { report }) {
      const option = optionOf(listener, "received-auth");
      if (!option || listener.broken) return;
      report({ span: option.span, message: "published", help: "remove it, unless login names are public" });
    },
  },
});
