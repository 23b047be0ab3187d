import { optionOf, quote } from "@smtpdlint/model";
import { isError } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";
import { relayHostsOf } from "../shared/relay-hosts.ts";

export const rule = defineRule({
  meta: {
    id: "relay-tls-conflict",
    category: "broken",
    summary: "relay options that both require and forbid TLS",
    messages: { conflict: "'tls' demands what {scheme} forbids: all mail for this relay stays in the queue" },
  },
  visit: {
    action(action, context) {
      const tls = optionOf(action, "tls");
      if (!tls) return;
      for (const { span, url } of relayHostsOf(action, context)) {
        if (isError(url) || (url.scheme !== "smtp+notls" && url.scheme !== "lmtp")) continue;
        context.report({
          span: tls.span,
          message: "conflict",
          data: { scheme: quote(`${url.scheme}://`) },
          related: [{ span, message: "the relay" }],
          help: "remove one of the two",
        });
      }
    },
  },
});
