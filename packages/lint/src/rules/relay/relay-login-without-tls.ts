import { quote } from "@smtpdlint/model";
import { isError } from "@smtpdlint/policy";
import { substitute } from "../../edits.ts";
import { defineRule } from "../../rule.ts";
import { relayHostsOf } from "../shared/relay-hosts.ts";

export const rule = defineRule({
  meta: {
    id: "relay-login-without-tls",
    category: "broken",
    summary: "a relay with a login whose scheme does not demand TLS",
    fixable: true,
    messages: { plain: "smtpd sends no password without TLS: all mail for the relay {relay} stays in the queue" },
  },
  visit: {
    action(action, context) {
      for (const { text, span, node, url } of relayHostsOf(action, context)) {
        if (!isError(url) || url.reason !== "label") continue;
        const place = node ? context.model.sources.spanWithin(node, 0, text.length) : span;
        const now = text.replace(/^(?:smtp(?:\+notls)?|lmtp):\/\//i, "").replace(/^/, "smtp+tls://");
        context.report({
          span: place,
          message: "plain",
          data: { relay: quote(text) },
          help: `write ${now}, or smtps:// for port 465`,
          fixes: /^lmtp/i.test(text) ? [] : substitute(context.model, span, { wrong: text, meant: now }),
        });
      }
    },
  },
});
