import { optionOf, tlsOption } from "@smtpdlint/model";
import { isOpenToAll, portsOf } from "@smtpdlint/policy";
import { insert } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "submission-without-auth",
    category: "suspicious",
    severity: "info",
    fixable: true,
    summary: "a submission port without auth",
    messages: { none: "port {port} is for users who log in, but this listener has no 'auth'" },
  },
  model(_, { policy: { entryPoints }, report }) {
    for (const { listener, auth } of entryPoints.filter(isOpenToAll)) {
      if (!listener || listener.broken || auth !== "none") continue;
      const [port] = portsOf(listener);
      if (port !== 465 && port !== 587) continue;
      const { span } = optionOf(listener, "port", "smtps") ?? listener;
      // Without TLS smtpd refuses a login.
      const fix = { title: "add auth", safe: false, edits: [insert(span, span.end, " auth")] };
      const help = "add auth, or use port 25 for other mail servers";
      report({ span, message: "none", data: { port }, help, fixes: tlsOption(listener) ? [fix] : [] });
    }
  },
});
