import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "missing-lmtp-socket",
    category: "suspicious",
    summary: "a socket for LMTP that is not on this machine",
    messages: { missing: "there is no {path} on this machine: mail stays in the queue until a server makes it" },
  },
  visit: {
    action({ method, argument, broken }, context) {
      if (broken || method?.word !== "lmtp" || argument?.kind !== "text" || argument.faulty) return;
      const status = argument.value.startsWith("/") ? context.machine?.fileStatus(argument.value) : undefined;
      if (!status || !("failure" in status) || status.failure !== "not-found") return;
      const help = "write where the server has it (Dovecot: service lmtp, unix_listener), or start the server";
      context.report({ span: argument.span, message: "missing", data: { path: quote(argument.value) }, help });
    },
  },
});
