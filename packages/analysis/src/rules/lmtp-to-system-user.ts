import { defineRule } from "../rule.ts";

export const rule = defineRule({
  meta: {
    id: "lmtp-to-system-user",
    category: "suspicious",
    summary: "lmtp with virtual users, to whom the name of a system user is handed over",
    messages: {
      expanded: "without 'rcpt-to' the server of LMTP gets the user that 'virtual' ends at, not the recipient",
    },
  },
  visit: {
    action({ method, modifier, options, broken }, { report }) {
      const virtual = options.find(({ keyword }) => keyword.word === "virtual");
      if (method?.word !== "lmtp" || modifier || !virtual || broken) return;
      const related = [{ span: virtual.span, message: "the virtual users" }];
      report({ span: method.span, message: "expanded", related, help: "add rcpt-to after the destination" });
    },
  },
});
