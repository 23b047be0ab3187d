import { isIPv6, quote } from "@smtpdlint/model";
import { isError } from "@smtpdlint/policy";
import { substitute } from "../../edits.ts";
import { defineRule } from "../../rule.ts";
import { relayHostsOf } from "../shared/relay-hosts.ts";

export const rule = defineRule({
  meta: {
    id: "invalid-relay-url",
    category: "broken",
    fixable: true,
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
        const meant = withBrackets(text);
        context.report({
          span: place,
          message: url.reason,
          data: { relay: quote(text) },
          help: meant === undefined ? adviceFor(url.reason, text) : `write ${meant}`,
          fixes: meant === undefined ? [] : substitute(context.model, span, { wrong: text, meant }),
        });
      }
    },
  },
});

/** The relay with its address of IPv6 between brackets; undefined for another one. */
function withBrackets(text: string): string | undefined {
  const [, before = "", address = ""] = /^((?:[a-z+]+:\/\/)?(?:[^@]*@)?)\[?([\da-f:.]+)$/i.exec(text) ?? [];
  return isIPv6(address) ? `${before}[${address}]` : undefined;
}

function adviceFor(reason: string, text: string): string | undefined {
  if (reason === "lmtp-port") return 'write lmtp://HOST:PORT; for a socket write action NAME lmtp "/PATH"';
  if (text.split(":").length > 3) return "write an address of IPv6 in brackets: [2001:db8::1]";
  return reason === "host" ? "write [SCHEME://][LABEL@]HOST[:PORT]" : undefined;
}
