import { type Family, familyOption, impossibleAddress, nearest, quote, wrongFamily } from "@smtpdlint/model";
import { didYouMean } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "unknown-interface",
    category: "refused",
    summary: "a listener on something that is not an interface, address or host name on this machine",
    fixable: true,
    messages: {
      unknown: "on this machine {name} is neither an interface with an address, nor an address, nor a host name",
      family: "{name} has no {family} address on this machine",
    },
  },
  visit: {
    listen(listener, context) {
      const { machine } = context;
      const name = listener.interface;
      if (!machine || !name || name.faulty || listener.broken || wrongFamily(listener)) return;
      if (impossibleAddress(name.value)) return;
      const family = (familyOption(listener)?.keyword.word ?? "any") as Family;
      if (machine.isInterface(name.value, family) !== false || machine.hasAddress(name.value, family) !== false) return;
      const { interfaces } = machine;
      const isOther =
        family !== "any" && (machine.isInterface(name.value, "any") || machine.hasAddress(name.value, "any"));
      const suggestion = nearest(name.value, interfaces);
      context.report({
        span: name.span,
        message: isOther ? "family" : "unknown",
        data: { name: quote(name.value), family },
        ...(groups.has(name.value)
          ? {
              help: "only a BSD has groups of interfaces: write 0.0.0.0, and :: in a second statement, for all addresses",
            }
          : suggestion
            ? didYouMean(context.model, name.span, { wrong: name.value, meant: suggestion })
            : { help: `interfaces with an address here: ${interfaces.join(", ") || "none"}` }),
      });
    },
  },
});

/** What people write who know it from OpenBSD. */
const groups: ReadonlySet<string> = new Set(["all", "egress", "*"]);
