import { isReserved } from "@smtpdlint/grammar";
import { impossibleAddress, quote, writeText } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "invalid-listen-address",
    category: "refused",
    summary: "a listener on a network, an address with a port, or what can be no name",
    fixable: true,
    messages: {
      network: "{text} is a network: smtpd listens on an interface, an address or a host name",
      port: "{text} holds a port, which is an option of its own",
      brackets: "the address {text} must be written without brackets",
      nothing: "the interface or address is empty",
      name: "{text} cannot be the name of an interface or a host",
    },
  },
  visit: {
    listen({ interface: name, options, broken }, context) {
      if (!name || name.faulty || broken) return;
      const found = impossibleAddress(name.value);
      if (!found) return;
      const { kind, address, port } = found;
      const hasPort = options.some(({ keyword }) => keyword.word === "port");
      const written = address === undefined ? undefined : writeText(address, isReserved(address, context.target));
      const text = written && port !== undefined && !hasPort ? `${written} port ${port}` : written;
      context.report({
        span: name.span,
        message: kind,
        data: { text: quote(name.value) },
        help: text ? `write ${text}` : "write the name of an interface, its address, or a host name",
        fixes: text ? rewrite(context.model, name.span, text, true) : [],
      });
    },
  },
});
