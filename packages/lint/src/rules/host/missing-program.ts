import type { Statement, Text } from "@smtpdlint/grammar";
import { alternatives, type Machine, optionOf, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "missing-program",
    category: "broken",
    summary: "a command whose program is not on this machine, or cannot be run",
    messages: {
      missing: "there is no program {path} on this machine: {effect}",
      helper: "there is no program {path} in {folders}: {effect}",
      mode: "nobody may run {path} on this machine: {effect}",
    },
  },
  model({ config, machine, sources }, { report }) {
    if (!machine) return;
    for (const statement of config.statements) {
      const command = commandOf(statement);
      const [program] =
        command && !command.faulty ? (/^[^\s"'`\\$;&|<>()[\]{}*?~%]+(?=\s|$)/.exec(command.value) ?? []) : [];
      if (!command || program === undefined) continue;
      const isAbsolute = program.startsWith("/");
      const isFilter = statement.kind === "filter" || statement.kind === "proc";
      // The shell looks for the program of a delivery in its PATH.
      if (!isAbsolute && !isFilter) continue;
      const paths = isAbsolute ? [program] : machine.helperFolders.map((folder) => `${folder}/${program}`);
      const obstacle = obstacleOf(paths, machine);
      if (!obstacle) continue;
      const { locked } = obstacle;
      report({
        span: command.macro ? command.span : sources.spanWithin(command, 0, program.length),
        message: locked !== undefined ? "mode" : isAbsolute ? "missing" : "helper",
        data: {
          path: quote(locked ?? program),
          folders: alternatives(machine.helperFolders),
          effect: isFilter ? "smtpd dies when it starts it" : "no mail is delivered",
        },
        help: locked === undefined ? "install it, or write where it is" : `chmod +x ${locked}`,
      });
    }
  },
});

/** The command line that smtpd gives to a shell (smtpd.c, fork_filter_process, forkmda); in another root nobody looks for it. */
function commandOf(statement: Statement): Text | undefined {
  switch (statement.kind) {
    case "filter":
    case "proc":
      return optionOf(statement, "chroot") ? undefined : statement.command;
    case "mda":
      return statement.command;
    case "action":
      return statement.method?.word === "mda" && statement.argument?.kind === "text" ? statement.argument : undefined;
    default:
      return undefined;
  }
}

/** Why none of these files can be run: all are missing, or one is there that nobody may run. Undefined if one can, or nobody can tell. */
function obstacleOf(paths: readonly string[], machine: Machine): { readonly locked: string | undefined } | undefined {
  let locked: string | undefined;
  for (const path of paths) {
    const status = machine.fileStatus(path);
    if ("failure" in status) {
      if (status.failure !== "not-found") return undefined;
    } else {
      if (status.mode & 0o111) return undefined;
      locked ??= path;
    }
  }
  return paths.length > 0 ? { locked } : undefined;
}
