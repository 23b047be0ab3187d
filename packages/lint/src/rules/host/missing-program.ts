import type { Statement, Text } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "missing-program",
    category: "broken",
    summary: "a command whose program is not on this machine, or cannot be run",
    messages: {
      missing: "there is no program {path} on this machine: {effect}",
      mode: "nobody may run {path} on this machine: {effect}",
    },
  },
  model({ config, machine, sources }, { report }) {
    if (!machine) return;
    for (const statement of config.statements) {
      const command = commandOf(statement);
      const [path] = /^\/[^\s"'`\\$;&|<>(){}*?~%]+(?=\s|$)/.exec(command?.value ?? "") ?? [];
      if (!command || command.faulty || path === undefined) continue;
      const status = machine.fileStatus(path);
      const isMissing = "failure" in status ? status.failure === "not-found" : undefined;
      if (!isMissing && ("failure" in status || status.mode & 0o111)) continue;
      const isDelivery = statement.kind === "action" || statement.kind === "mda";
      report({
        span: command.macro ? command.span : sources.spanWithin(command, 0, path.length),
        message: isMissing ? "missing" : "mode",
        data: { path: quote(path), effect: isDelivery ? "no mail is delivered" : "smtpd dies when it starts it" },
        help: isMissing ? "install it, or write where it is" : `chmod +x ${path}`,
      });
    }
  },
});

/** The command line that smtpd gives to a shell (smtpd.c, fork_filter_process, forkmda). */
function commandOf(statement: Statement): Text | undefined {
  switch (statement.kind) {
    case "filter":
    case "proc":
    case "mda":
      return statement.command;
    case "action":
      return statement.method?.word === "mda" && statement.argument?.kind === "text" ? statement.argument : undefined;
    default:
      return undefined;
  }
}
