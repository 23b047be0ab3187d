import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "address-not-here",
    category: "suspicious",
    summary: "a listener on an address that this machine does not have",
    messages: { missing: "no interface of this machine has the address {address}: smtpd dies at its start" },
  },
  visit: {
    listen({ interface: address }, context) {
      if (!address || address.faulty || context.machine?.isOwnAddress(address.value) !== false) return;
      context.report({
        span: address.span,
        message: "missing",
        data: { address: quote(address.value) },
        help: "write an address of this machine, the name of an interface, or 0.0.0.0 for all",
      });
    },
  },
});
