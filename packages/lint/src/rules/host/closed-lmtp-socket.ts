import { optionOf, quote } from "@smtpdlint/model";
import { failedDeliveries, smtpdUser } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";
import { messageWords, traceCommand } from "../shared/command.ts";

export const rule = defineRule({
  meta: {
    id: "closed-lmtp-socket",
    category: "suspicious",
    summary: "a socket for LMTP to which the user who delivers may not connect",
    messages: { closed: "{user} may not connect to {path}: mail stays in the queue" },
  },
  model(model, { policy, commandOptions, report }) {
    const { machine } = model;
    if (!machine) return;
    for (const { action, user, obstacle, witness } of failedDeliveries(policy, machine, "lmtp")) {
      if (obstacle.problem !== "Permission denied") continue;
      const isDaemon = user === smtpdUser && !optionOf(action, "user");
      const help = isDaemon
        ? `smtpd ${model.target} connects as its own user: open the socket to it, as with user and mode of unix_listener in Dovecot`
        : optionOf(action, "user")
          ? "open the socket to this user; of its groups only the first counts"
          : `smtpd ${model.target} connects as the recipient: add user NAME of a user who may, or open the socket to all`;
      const command = witness && `see ${traceCommand(policy, witness.message, witness.point, commandOptions)}`;
      report({
        span: action.argument?.span ?? action.span,
        message: "closed",
        data: { user: isDaemon ? "smtpd's own user" : quote(user), path: quote(obstacle.path) },
        help: [help, command].filter(Boolean).join("; "),
        witness: witness && messageWords(policy, witness.message, witness.point),
      });
    }
  },
});
