import { familyOption, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "repeated-address",
    category: "broken",
    summary: "a listener on a name that stands for one address twice",
    messages: { twice: "{name} stands for {address} twice: smtpd dies at its start, since it listens there already" },
  },
  visit: {
    listen(listener, { machine, report }) {
      const { interface: name } = listener;
      if (!machine || !name || name.faulty || machine.isInterface(name.value, "any") !== false) return;
      const family = familyOption(listener)?.keyword.word;
      const addresses = machine
        .addresses(name.value)
        ?.filter((address) => !family || address.includes(":") === (family === "inet6"));
      const address = addresses?.find((text, index) => addresses.indexOf(text) < index);
      if (address === undefined) return;
      report({
        span: name.span,
        message: "twice",
        data: { name: quote(name.value), address: quote(address) },
        help: "leave one line for it in /etc/hosts, or listen on the address or interface",
      });
    },
  },
});
