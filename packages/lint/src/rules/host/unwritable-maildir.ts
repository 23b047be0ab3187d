import { quote } from "@smtpdlint/model";
import { failedDeliveries, type WriteProblem } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";
import { messageWords, traceCommand } from "../shared/command.ts";

export const rule = defineRule({
  meta: {
    id: "unwritable-maildir",
    category: "suspicious",
    summary: "a maildir that the user who delivers may not make or write",
    messages: {
      missing: "{path} is missing, and {user} may not make it: mail stays in the queue",
      closed: "{user} may not write to {path}: mail stays in the queue",
      file: "{path} is not a folder, nor can it be made: mail stays in the queue",
    },
  },
  model(model, { policy, commandOptions, report }) {
    if (!model.machine) return;
    for (const { action, user, obstacle, witness } of failedDeliveries(policy, model.machine, "maildir")) {
      const message = messages[obstacle.problem];
      const { path } = obstacle;
      const help = {
        missing: `make it for ${user}: install -d -o ${user} ${path}`,
        closed: `give it to ${user}: chown ${user} ${path}`,
        file: "move away what is in its place",
      }[message];
      const command = witness && `see ${traceCommand(policy, witness.message, witness.point, commandOptions)}`;
      report({
        span: (action.argument ?? action.method ?? action).span,
        message,
        data: { user: quote(user), path: quote(path) },
        help: [help, command].filter(Boolean).join("; "),
        witness: witness && messageWords(policy, witness.message, witness.point),
      });
    }
  },
});

const messages = {
  "No such file or directory": "missing",
  "Permission denied": "closed",
  "Not a directory": "file",
} as const satisfies Record<WriteProblem, string>;
