import { quote } from "@smtpdlint/model";
import { isError } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";
import { relayHostsOf } from "../shared/relay-hosts.ts";

export const rule = defineRule({
  meta: {
    id: "invalid-relay-url",
    category: "broken",
    summary: "a relay that smtpd cannot read",
    messages: {
      host: "{relay} names no host: all mail for this relay stays in the queue",
      port: "{relay} has no port from 1 to 65535: all mail for this relay stays in the queue",
      "lmtp-port": "lmtp has no usual port, and {relay} names none: all mail for this relay stays in the queue",
      bracket: "the bracket in {relay} is not closed: all mail for this relay stays in the queue",
      length: "{relay} is longer than 1023 characters: all mail for this relay stays in the queue",
    },
  },
  visit: {
    action(action, context) {
      for (const { text, span, node, url } of relayHostsOf(action, context)) {
        // These have rules of their own.
        if (!isError(url) || url.reason === "scheme" || url.reason === "label") continue;
        const place = node ? context.model.sources.spanWithin(node, url.start, url.end) : span;
        context.report({
          span: place,
          message: url.reason,
          data: { relay: quote(text) },
          help: adviceFor(url.reason, text),
        });
      }
    },
  },
});

function adviceFor(reason: string, text: string): string | undefined {
  if (reason === "lmtp-port") return 'write lmtp://HOST:PORT; for a socket write action NAME lmtp "/PATH"';
  if (text.split(":").length > 3) return "write an address of IPv6 in brackets: [2001:db8::1]";
  return reason === "host" ? "write [SCHEME://][LABEL@]HOST[:PORT]" : undefined;
}
