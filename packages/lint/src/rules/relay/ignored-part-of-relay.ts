import { quote } from "@smtpdlint/model";
import { isError } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";
import { relayHostsOf } from "../shared/relay-hosts.ts";

export const rule = defineRule({
  meta: {
    id: "ignored-part-of-relay",
    category: "suspicious",
    summary: "text after the relay host is ignored by smtpd",
    messages: { ignored: "smtpd ignores {rest}: the relay is {host}" },
  },
  visit: {
    action(action, context) {
      for (const { text, span, node, url } of relayHostsOf(action, context)) {
        if (isError(url) || url.end === text.length) continue;
        const place = node ? context.model.sources.spanWithin(node, url.end, text.length) : span;
        const data = { rest: quote(text.slice(url.end)), host: quote(url.host) };
        context.report({
          span: place,
          message: "ignored",
          data,
          help: "only a port may follow the host; several relays make a list",
        });
      }
    },
  },
});
