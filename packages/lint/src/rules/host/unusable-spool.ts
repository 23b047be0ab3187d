import { type Machine, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "unusable-spool",
    category: "broken",
    summary: "a folder of the queue with a mode or an owner with which smtpd does not start",
    messages: {
      file: "{path} is not a folder: smtpd does not start",
      mode: "{path} has the mode {mode} and must have {wanted}: smtpd does not start",
      owner: "{path} belongs to {kind} {id} and must belong to {wanted}: smtpd does not start",
    },
  },
  model({ config, machine }, { report }) {
    const [first] = config.statements;
    if (!machine || !first) return;
    for (const folder of spool(machine)) {
      const { path, mode, owner, group } = folder;
      const status = machine.folderStatus(path);
      // What is missing smtpd makes.
      if (status === undefined || status === "missing") continue;
      const at = (message: "file" | "mode" | "owner", data: Record<string, string>, help: string) =>
        report({ span: first.span, message, data: { path: quote(path), ...data }, help });
      if (status === "other") {
        at("file", {}, "move it away: smtpd makes the folder");
        continue;
      }
      if (status.mode !== mode) {
        at("mode", { mode: octal(status.mode), wanted: octal(mode) }, `chmod ${octal(mode)} ${path}`);
      }
      if (owner !== undefined && status.owner !== owner) {
        at("owner", { kind: "user", id: `${status.owner}`, wanted: `${owner}` }, `chown ${owner} ${path}`);
      }
      if (group !== undefined && status.group !== group) {
        at("owner", { kind: "group", id: `${status.group}`, wanted: `${group}` }, `chgrp ${group} ${path}`);
      }
    }
  },
});

const root = 0;

/**
 * The folders that smtpd looks at when it starts, with mode, user and group
 * (queue_backend.c, queue_init, and queue_fs.c, queue_fs_init). `incoming` and
 * `temporary` it moves away and makes anew.
 */
function spool({ queueAccount }: Machine) {
  const base = "/var/spool/smtpd";
  return [
    { path: base, mode: 0o711, owner: root, group: root },
    { path: `${base}/offline`, mode: 0o770, owner: root, group: queueAccount?.group },
    { path: `${base}/purge`, mode: 0o700, owner: queueAccount?.user, group: root },
    { path: `${base}/queue`, mode: 0o700, owner: queueAccount?.user, group: root },
  ];
}

const octal = (mode: number) => mode.toString(8).padStart(4, "0");
