import type { Listen } from "@smtpdlint/grammar";
import { optionOf, quote } from "@smtpdlint/model";
import { portsOf } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "duplicate-listener",
    category: "broken",
    summary: "two listeners on the same address and port",
    messages: { used: "another listener already has port {port} of {address}: smtpd does not start" },
  },
  model({ listeners }, { report }) {
    const seen = new Map<string, Listen>();
    for (const listener of listeners) {
      const { interface: address, broken } = listener;
      if (!address || address.faulty || broken) continue;
      for (const port of portsOf(listener)) {
        const places = familiesOf(listener).map((family) => `${family} ${address.value.toLowerCase()} ${port}`);
        const first = places.map((place) => seen.get(place)).find((found) => found !== undefined);
        for (const place of places) if (!seen.has(place)) seen.set(place, listener);
        if (!first) continue;
        const related = [{ span: first.span, message: "the first listener" }];
        const data = { port, address: quote(address.value) };
        report({
          span: listener.span,
          message: "used",
          data,
          related,
          help: "merge the two, or give one another port",
        });
      }
    }
  },
});

function familiesOf(listener: Listen): readonly string[] {
  const family = optionOf(listener, "inet4", "inet6");
  return family ? [family.keyword.word] : ["inet4", "inet6"];
}
