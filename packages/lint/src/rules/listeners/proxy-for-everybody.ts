import { optionOf } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "proxy-for-everybody",
    category: "security",
    summary: "proxy-v2 on a listener that others than the proxy can reach",
    lifetime: { since: "6.6" },
    messages: { claim: "whoever connects here can claim any address, also this machine's own, by 'proxy-v2'" },
  },
  model(_, { policy: { entryPoints }, report }) {
    for (const { listener, reach } of entryPoints) {
      const proxy = listener && optionOf(listener, "proxy-v2");
      if (!proxy || listener.broken || reach !== "outside") continue;
      const help = "listen on an address that only the proxy can reach, or let a packet filter see to it";
      report({ span: proxy.span, message: "claim", help });
    }
  },
});
