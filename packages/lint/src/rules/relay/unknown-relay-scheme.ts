import { alternatives, quote, relaySchemes } from "@smtpdlint/model";
import { isError } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";
import { relayHostsOf } from "../shared/relay-hosts.ts";

/** What the schemes of other releases and other programs come nearest to. */
const today: Readonly<Record<string, string>> = {
  "tls://": "smtp+tls://",
  "tls+auth://": "smtp+tls://",
  "smtp+auth://": "smtp+tls://",
  "smtp+starttls://": "smtp+tls://",
  "starttls://": "smtp+tls://",
  "submission://": "smtp+tls://",
  "smtps+auth://": "smtps://",
  "ssl://": "smtps://",
  "ssl+auth://": "smtps://",
  "smtp+ssl://": "smtps://",
  "smtp+tls+auth://": "smtp+tls://",
};

export const rule = defineRule({
  meta: {
    id: "unknown-relay-scheme",
    category: "broken",
    summary: "a relay with a scheme that smtpd does not have",
    fixable: true,
    messages: { unknown: "smtpd has no scheme {scheme}: all mail for this relay stays in the queue" },
  },
  visit: {
    action(action, context) {
      for (const { text, span, node, url } of relayHostsOf(action, context)) {
        if (!isError(url) || url.reason !== "scheme") continue;
        const scheme = text.slice(0, url.end);
        const now = today[scheme.toLowerCase()];
        const place = node
          ? context.model.sources.spanWithin(node, 0, url.end)
          : { ...span, end: span.start + url.end };
        const exact = place.end - place.start === scheme.length && !node?.macro;
        context.report({
          span: place,
          message: "unknown",
          data: { scheme: quote(scheme) },
          help: now ? `change to '${now}'` : `known are ${alternatives(relaySchemes.map((name) => `${name}://`))}`,
          fixes: now && exact ? [{ title: `write ${now}`, safe: false, edits: [{ span: place, text: now }] }] : [],
        });
      }
    },
  },
});
