import { helpForFailure, quote, readFailures, tlsFiles, writeMode } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

/** ssl.c: the most that others may do to a certificate, and to a key. */
const modes = { cert: 0o755, ca: 0o755, key: 0o740 };
const nouns = { cert: "certificate", ca: "ca's certificate", key: "key" };

export const rule = defineRule({
  meta: {
    id: "unusable-certificate",
    category: "refused",
    summary: "a certificate or key that smtpd does not load on this machine",
    messages: {
      unreadable: "smtpd cannot read the {noun} {path} on this machine: {reason}",
      owner: "the {noun} {path} belongs to uid {owner}, but smtpd wants it to belong to root",
      mode: "the {noun} {path} has mode {mode}, but smtpd allows at most {limit}",
      noKey: "{path} holds no private key in PEM",
      encrypted: "the key {path} has a passphrase, and smtpd cannot ask for it without a terminal",
    },
  },
  model(model, { report }) {
    const { machine } = model;
    if (!machine) return;
    for (const { role, path } of tlsFiles(model)) {
      const { span, value } = path;
      const status = machine.fileStatus(value);
      const limit = modes[role];
      const data = { noun: nouns[role], path: quote(value) };
      if ("failure" in status) {
        const reason = readFailures[status.failure];
        report({ span, message: "unreadable", data: { ...data, reason }, help: helpForFailure(status.failure) });
      } else if (status.owner !== 0) {
        report({ span, message: "owner", data: { ...data, owner: status.owner }, help: `chown root ${value}` });
      } else if (status.mode & ~limit) {
        const mode = { mode: writeMode(status.mode), limit: writeMode(limit) };
        const help = `chmod ${writeMode(status.mode & limit)} ${value}`;
        report({ span, message: "mode", data: { ...data, ...mode }, help });
      } else if (role === "key") {
        const key = machine.privateKey(value);
        if (key === "missing") {
          report({ span, message: "noKey", data, help: "its first line must be like -----BEGIN PRIVATE KEY-----" });
        } else if (key === "encrypted") {
          report({
            span,
            message: "encrypted",
            data,
            help: "store the key without one: openssl pkey -in OLD -out NEW",
          });
        }
      }
    }
  },
});
