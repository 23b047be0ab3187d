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
      const program = command && programOf(command);
      if (!program) continue;
      const isFilter = statement.kind === "filter" || statement.kind === "proc";
      const isAbsolute = program.startsWith("/");
      // The shell looks for the program of a delivery in its PATH.
      if (!isAbsolute && !isFilter) continue;
      const folders = machine.helperFolders;
      const paths = isAbsolute ? [program] : folders.map((folder) => `${folder}/${program}`);
      const obstacles = paths.map((path) => obstacleTo(path, machine));
      // Nobody knows which of the folders is smtpd's.
      if (paths.length === 0 || obstacles.includes(undefined)) continue;
      const locked = paths[obstacles.indexOf("mode")];
      report({
        span: command.macro ? command.span : sources.spanWithin(command, 0, program.length),
        message: locked ? "mode" : isAbsolute ? "missing" : "helper",
        data: {
          path: quote(locked ?? program),
          folders: alternatives(folders),
          effect: isFilter ? "smtpd dies when it starts it" : "no mail is delivered",
        },
        help: locked ? `chmod +x ${locked}` : "install it, or write where it is",
      });
    }
  },
});

/** The program that a command starts with; undefined if the shell has to work it out. */
const programOf = ({ value, faulty }: Text): string | undefined =>
  faulty ? undefined : /^[^\s"'`\\$;&|<>()[\]{}*?~%]+(?=\s|$)/.exec(value)?.[0];

/** Why a file cannot be run; undefined if it can, or nobody can tell. */
function obstacleTo(path: string, machine: Machine): "missing" | "mode" | undefined {
  const status = machine.fileStatus(path);
  if ("failure" in status) return status.failure === "not-found" ? "missing" : undefined;
  return status.mode & 0o111 ? undefined : "mode";
}

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
